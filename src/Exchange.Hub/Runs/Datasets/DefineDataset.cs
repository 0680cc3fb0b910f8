using System.Text.Json;
using Exchange.Engine.Schemas;
using Exchange.Hub.Catalog;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Departments;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Catalog.Schemas;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sources;
using Npgsql;

namespace Exchange.Hub.Runs.Datasets;

/// <summary>A dataset was declared, or its declaration changed.</summary>
sealed record DatasetDefined(string Dataset, string Department, string Schema, int Revision) : IAuditEvent
{
    public string Subject => $"dataset:{Dataset}";
}

/// <summary>Declares a dataset: what feeds it must exist, its filterable fields become columns, its schedule an alarm.</summary>
sealed class DefineDataset(
    PutDocument put, Departments departments, SharedSchemas schemas, SourceStore sources, Mappings mappings, Schedules schedules, DatasetCatalog datasets, ISchemaNotice notice, TimeProvider time)
{
    const int MostLookups = 10;
    const int MostLookupFields = 5;

    /// <summary>Declares or changes a dataset.</summary>
    /// <exception cref="HubException">Something it names does not exist or does not fit, or it is not the caller's.</exception>
    public async Task<DocumentChange> ExecuteAsync(string name, JsonElement body, Caller caller, bool dryRun, CancellationToken cancellationToken)
    {
        var definition = DatasetCatalog.Parse(body);
        await departments.RequireOwnAsync(definition.Department, caller, cancellationToken);
        var schema = await RequireSchemaAsync(definition, cancellationToken);
        await CheckAsync(name, definition, schema, cancellationToken);
        var filters = definition.Filterable.Select(pointer => (pointer, TypeOf(schema, pointer)!.Value)).ToList();
        var change = await put.ExecuteAsync(
            DatasetCatalog.Kind, name, body,
            change => new DatasetDefined(name, definition.Department, definition.Schema, change.Revision),
            caller, dryRun,
            async (connection, change) => await ArrangeAsync(connection, name, definition, change, filters, caller, cancellationToken),
            cancellationToken);
        if (!dryRun)
            schedules.Apply(name, definition.Schedule);
        return change;
    }

    async Task ArrangeAsync(
        NpgsqlConnection connection, string name, DatasetDefinition definition, DocumentChange change, List<(string, FilterType)> filters, Caller caller, CancellationToken cancellationToken)
    {
        var head = await DatasetHeads.FindAsync(connection, name, cancellationToken);
        if (head is null)
        {
            await DatasetHeads.CreateAsync(connection, name, definition.Department, time.GetUtcNow(), cancellationToken);
            head = await DatasetHeads.FindAsync(connection, name, cancellationToken);
        }
        else if (head.Department != definition.Department)
        {
            if (!caller.MayActFor(head.Department))
                throw HubException.Forbidden("other-department", $"Dataset {name} belongs to {head.Department}; only its own staff may hand it over.");
            await DatasetHeads.HandOverAsync(connection, head.DatasetId, definition.Department, cancellationToken);
        }
        var locked = await DatasetHeads.LockAsync(connection, head!.DatasetId, cancellationToken);
        await LeaveLineAsync(connection, locked, definition.Schema, change, cancellationToken);
        await FilterColumns.SyncAsync(connection, locked, filters, cancellationToken);
    }

    /// <summary>A dataset that leaves a major version of its schema leaves its readers behind: they must have been told in time.</summary>
    async Task LeaveLineAsync(NpgsqlConnection connection, DatasetHead locked, string schema, DocumentChange change, CancellationToken cancellationToken)
    {
        var before = change.Changes.FirstOrDefault(value => value.Pointer == "/schema")?.From?.GetString();
        if (before is null || SchemaLines.Of(before) == SchemaLines.Of(schema))
            return;
        var until = await notice.LeaveAsync(connection, locked, before, schema, cancellationToken);
        await SchemaLines.LeaveAsync(connection, locked, before, until, cancellationToken);
    }

    async Task<SharedSchema> RequireSchemaAsync(DatasetDefinition definition, CancellationToken cancellationToken)
    {
        try
        {
            return await schemas.FindAsync(definition.Schema, cancellationToken);
        }
        catch (HubException e) when (e.Kind == ErrorKind.NotFound)
        {
            throw HubException.Invalid(new FieldError("/schema", e.Message, "Register the schema first, or correct the name: company/1.0."));
        }
    }

    async Task CheckAsync(string name, DatasetDefinition definition, SharedSchema schema, CancellationToken cancellationToken)
    {
        var validation = new Validation().RequireSlug(name, "/name").RequireTitle(definition.Title, "/title")
            .Require(definition.Read.Mode is "full" or "incremental", "/read/mode", $"\"{definition.Read.Mode}\" is not a way to read", "Write full or incremental.")
            .Require(definition.Retry is { Attempts: >= 1 and <= 100, FirstDelaySeconds: >= 1 and <= 86400 }, "/retry", "is out of bounds", "Give 1 to 100 attempts and 1 to 86400 seconds.");
        foreach (var (language, words) in definition.Keywords)
            validation.Require(words.Count <= 50 && words.All(word => word.Trim().Length is >= 1 and <= 100), $"/keywords/{language}", "holds too many words, or empty or long ones", "Give at most 50, of 1 to 100 characters each.");
        foreach (var (index, theme) in definition.Themes.Index())
            validation.Require(DatasetThemes.Knows(theme), $"/themes/{index}", $"\"{theme}\" is not a theme", $"Write one of {string.Join(", ", DatasetThemes.Codes)}, or the http address of a concept in another table.");
        foreach (var error in Schedules.Check(definition.Schedule))
            validation.Require(false, error.Pointer, error.Message, error.Fix);
        foreach (var (index, pointer) in definition.Filterable.Index())
            validation.Require(TypeOf(schema, pointer) is not null, $"/filterable/{index}", $"The schema has no scalar field {pointer}", $"Choose among {string.Join(", ", schema.Fields.Where(f => TypeOf(schema, f.Pointer) is not null).Select(f => f.Pointer))}.");
        CheckLookup(validation, definition);
        await ExistsAsync(validation, "/source", definition.Source, sources.FindAsync, cancellationToken);
        await ExistsAsync(validation, "/mapping", definition.Mapping, mappings.FindAsync, cancellationToken);
        validation.ThrowIfAny();
        if (definition.Read.Mode == "incremental" && (await mappings.ViewAsync(definition.Mapping, cancellationToken)).Mapping.TryGetProperty("filter", out _))
            throw HubException.Invalid(new FieldError("/read/mode", $"The mapping {definition.Mapping} filters rows, and an incremental read cannot tell that a published row now falls to the filter", "Read in full, or take the filter out of the mapping."));
        var source = await sources.FindAsync(definition.Source, cancellationToken);
        if (source.Department != definition.Department)
            throw HubException.Forbidden("foreign-source", $"Source {definition.Source} belongs to {source.Department}; a department publishes from its own sources.");
        if (await datasets.FindOrDefaultAsync(name, cancellationToken) is { Head.Storage: true } published && published.Definition.Schema != definition.Schema)
            await RequireSameKeyAsync(published.Definition.Schema, schema, cancellationToken);
    }

    /// <summary>Each field is looked up by its indexed column.</summary>
    static void CheckLookup(Validation validation, DatasetDefinition definition)
    {
        validation.Require(definition.Lookup.Count <= MostLookups, "/lookup", "holds too many combinations", $"Give at most {MostLookups}.");
        foreach (var (index, fields) in definition.Lookup.Index())
        {
            var place = $"/lookup/{index}";
            validation
                .Require(fields.Count is >= 1 and <= MostLookupFields, place, "names no field, or too many", $"Name 1 to {MostLookupFields}.")
                .Require(fields.Distinct().Count() == fields.Count, place, "names a field twice", "Name each once.")
                .Require(definition.Lookup.Take(index).All(other => !other.Order().SequenceEqual(fields.Order())), place, "stands twice", "Leave one out.");
            foreach (var (at, field) in fields.Index())
                validation.Require(definition.Filterable.Contains(field), $"{place}/{at}", $"\"{field}\" is not filterable", "Name it in filterable too: look-ups go by its indexed column.");
        }
    }

    /// <summary>Records are told apart by their key: a schema with another key would be another dataset.</summary>
    async Task RequireSameKeyAsync(string publishedSchema, SharedSchema schema, CancellationToken cancellationToken)
    {
        var key = (await schemas.FindAsync(publishedSchema, cancellationToken)).Key;
        if (!key.SequenceEqual(schema.Key))
            throw HubException.Conflict("key-changed", $"The published records have the key {string.Join(", ", key)}, the new schema {string.Join(", ", schema.Key)}. Declare a new dataset for the new key.");
    }

    static async Task ExistsAsync<T>(Validation validation, string pointer, string name, Func<string, CancellationToken, Task<T>> find, CancellationToken cancellationToken)
    {
        try
        {
            await find(name, cancellationToken);
        }
        catch (HubException e) when (e.Kind == ErrorKind.NotFound)
        {
            validation.Require(false, pointer, e.Message, "Register it first, or correct the name.");
        }
    }

    static FilterType? TypeOf(SharedSchema schema, string pointer) =>
        schema.Fields.FirstOrDefault(f => f.Pointer == pointer) is not { } field ? null
        : field.Types.Where(t => t != "null").ToList() switch
        {
            ["string"] when field.Format == "date" => FilterType.Date,
            ["string"] when field.Format == "date-time" => FilterType.Timestamptz,
            ["string"] => FilterType.Text,
            ["integer"] or ["number"] or ["integer", "number"] or ["number", "integer"] => FilterType.Numeric,
            ["boolean"] => FilterType.Bool,
            _ => null,
        };
}
