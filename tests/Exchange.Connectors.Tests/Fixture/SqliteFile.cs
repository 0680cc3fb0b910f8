using System.Data.Common;
using System.Runtime.Loader;

namespace Exchange.Connectors.Tests;

/// <summary>
/// Opens database files by the plugin's own copy of SQLite. A second copy in the same process would not see its locks:
/// the system keeps them by process.
/// </summary>
static class SqliteFile
{
    static readonly Type Connection = AssemblyLoadContext.GetLoadContext(Repository.Plugins.Connectors["sqlite"].Info.OptionsType.Assembly)!
        .LoadFromAssemblyName(new("Microsoft.Data.Sqlite")).GetType("Microsoft.Data.Sqlite.SqliteConnection", throwOnError: true)!;

    public static async Task<DbConnection> OpenAsync(string path)
    {
        var database = (DbConnection)Activator.CreateInstance(Connection, $"Data Source={path};Pooling=false")!;
        await database.OpenAsync();
        return database;
    }

    public static async Task ExecuteAsync(string path, string script)
    {
        await using var database = await OpenAsync(path);
        await ExecuteAsync(database, script);
    }

    public static async Task ExecuteAsync(DbConnection database, string script)
    {
        await using var command = database.CreateCommand();
        command.CommandText = script;
        await command.ExecuteNonQueryAsync();
    }
}
