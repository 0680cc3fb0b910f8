using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>Reading rows.</summary>
public static class RowReading
{
    extension(NpgsqlDataReader row)
    {
        /// <summary>A column that may be null.</summary>
        public T? Maybe<T>(int column) => row.IsDBNull(column) ? default : row.GetFieldValue<T>(column);
    }
}
