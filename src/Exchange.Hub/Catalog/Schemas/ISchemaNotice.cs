using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Catalog.Schemas;

/// <summary>
/// Whether a dataset may leave a major version of its schema. The floor boundary through which whoever declares a
/// dataset asks the room of Sharing, which knows who reads it and what they were told.
/// </summary>
public interface ISchemaNotice
{
    /// <summary>Lets a dataset move to a schema of another name or major version, or refuses.</summary>
    /// <param name="connection">In the transaction that changes the dataset's document.</param>
    /// <param name="dataset">The dataset, locked.</param>
    /// <param name="from">Schema that it was declared with: <c>company/1.2</c>.</param>
    /// <param name="to">Schema that it is declared with now.</param>
    /// <returns>Until when readers of the old major version may go on reading; null where nobody was promised anything.</returns>
    /// <exception cref="HubException">There are readers, and they were not told, or not long enough ago.</exception>
    Task<DateTimeOffset?> LeaveAsync(NpgsqlConnection connection, DatasetHead dataset, string from, string to, CancellationToken cancellationToken);
}
