using System.CommandLine;

namespace Exchange.Cli.Verbs;

/// <summary>What several verbs declare alike.</summary>
static class CommonOptions
{
    public const string Table = "table";
    public const string JsonFormat = "json";
    public const string NdjsonFormat = "ndjson";
    public const string CsvFormat = "csv";

    /// <summary>The form of the output; the first is the default.</summary>
    public static Option<string> Output(params string[] formats)
    {
        var option = new Option<string>("--output", "-o")
        {
            Description = "Form of the output.",
            HelpName = string.Join('|', formats),
            DefaultValueFactory = _ => formats[0],
        };
        option.AcceptOnlyFromAmong(formats);
        return option;
    }

    public static Option<int> Limit(int rows, string description)
    {
        var option = new Option<int>("--limit")
        {
            Description = description,
            HelpName = "n",
            DefaultValueFactory = _ => rows,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() < 1)
                result.AddError("--limit is at least 1.");
        });
        return option;
    }

    public static Argument<string> Dataset() => new("dataset") { Description = "Name of the dataset." };

    /// <summary>Conditions on declared filterable fields; <see cref="FiltersOf"/> reads them.</summary>
    public static Option<string[]> Filter()
    {
        var filter = new Option<string[]>("--filter")
        {
            Description = "Only records whose declared filterable field has this value; ranges as field.gte=v, field.lt=v; may be repeated.",
            HelpName = "field=value",
            DefaultValueFactory = _ => [],
        };
        filter.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=') < 1))
                result.AddError($"--filter {token.Value}: give field=value.");
        });
        return filter;
    }

    /// <summary>Field and value of each condition. The API writes /address/city as address.city; both are understood here.</summary>
    public static IReadOnlyList<(string Field, string Value)> FiltersOf(string[] filters) =>
        [.. filters.Select(filter => filter.Split('=', 2)).Select(parts => (parts[0].StartsWith('/') ? parts[0][1..].Replace('/', '.') : parts[0], parts[1]))];

    public static Option<long?> AsOf() => new("--as-of") { Description = "As published by this earlier publication.", HelpName = "publication" };

    public static Option<string?> Purpose() => new("--purpose") { Description = "The purpose of the read, where there are grants for several.", HelpName = "code" };

    public static Option<string?> Case() => new("--case") { Description = "Number of the case that the read belongs to; it is recorded.", HelpName = "number" };

    /// <summary>Sets what the verb does; its exit code goes to the process.</summary>
    public static Command Does(this Command command, Func<ParseResult, CancellationToken, Task<ExitCode>> action)
    {
        command.SetAction(async (parsed, cancellationToken) => (int)await action(parsed, cancellationToken));
        return command;
    }
}
