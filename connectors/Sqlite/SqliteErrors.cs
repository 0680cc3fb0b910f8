using Exchange.Sdk;
using Microsoft.Data.Sqlite;

namespace Exchange.Connectors.Sqlite;

/// <summary>Names SQLite's result codes (sqlite.org/rescode.html) by what to do next.</summary>
static class SqliteErrors
{
    public static T Guard<T>(ConnectorContext context, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (SqliteException error)
        {
            throw Named(error, context.Options<SqliteOptions>().Path);
        }
    }

    static ConnectorException Named(SqliteException error, string path) => error.SqliteErrorCode switch
    {
        3 or 14 or 23 => new(ConnectorErrorKind.Authentication, $"{path} cannot be opened: give the hub's user the right to read it, and in WAL mode to write to its folder.", error),
        5 or 6 => new(ConnectorErrorKind.Unavailable, $"{path} is locked by somebody else for too long. It is tried again later.", error),
        10 or 13 => new(ConnectorErrorKind.Unavailable, $"{path} cannot be read now: {Reason(error)}.", error),
        11 => new(ConnectorErrorKind.Configuration, $"{path} is damaged ({Reason(error)}). Restore it, or ask its owner for a sound copy.", error),
        26 => new(ConnectorErrorKind.Configuration, $"{path} is not a SQLite database, or is encrypted.", error),
        _ => new(ConnectorErrorKind.Configuration, $"{path} refused the statement: {Reason(error)}. Correct \"query\" or the names of stream and columns.", error),
    };

    // "SQLite Error 1: 'no such table: x'." says twice what it is.
    static string Reason(SqliteException error) => error.Message.Split('\'', 2) is [_, var reason] ? reason.TrimEnd('.', '\'') : error.Message;
}
