using System.Diagnostics;
using System.Globalization;
using Exchange.Engine.Schemas;

namespace Exchange.Benchmarks.Validate;

/// <summary>Parse and validate JSON records, one thread: our plan beside ajv and beside Newtonsoft's streaming reader.</summary>
sealed class ValidateBenchmark : IBenchmark
{
    const int DefaultRows = 200_000;

    public string Name => "validate";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options)
    {
        var records = RecordFile.Make(options.Rows ?? DefaultRows);
        var schemaFile = Path.Combine(AppContext.BaseDirectory, "Validate", "record.schema.json");
        var schema = await File.ReadAllBytesAsync(schemaFile);
        var recordsFile = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(recordsFile, [.. records.SelectMany(r => r.Append((byte)'\n'))]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{records.Length:N0} records of {records.Average(r => r.Length):0} bytes on average"));
            var validator = SchemaPlan.Compile(schema).CreateValidator();
            using var ajv = await AjvProcess.StartAsync(schemaFile, recordsFile);
            await RequireAgreementAsync(records, validator, ajv);
            var result = await Pairs.RunAsync(Name, () => Task.FromResult(Ours(validator, records).PerSecond), async () => (await ajv.RunAsync()).PerSecond, "records/s");
            await CompareWithNewtonsoftAsync(schema, records, validator);
            return result;
        }
        finally
        {
            File.Delete(recordsFile);
        }
    }

    /// <summary>Two validators that disagree do not do the same work.</summary>
    static async Task RequireAgreementAsync(byte[][] records, SchemaValidator validator, AjvProcess ajv)
    {
        var ours = Ours(validator, records).Valid;
        var theirs = (await ajv.RunAsync()).Valid;
        if (ours != theirs)
            throw new InvalidOperationException($"The plan finds {ours} valid records, ajv {theirs}.");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"both find {ours:N0} valid"));
    }

    static (double PerSecond, int Valid) Ours(SchemaValidator validator, byte[][] records)
    {
        var valid = 0;
        var start = Stopwatch.GetTimestamp();
        foreach (var record in records)
            valid += validator.IsValid(record) ? 1 : 0;
        return (records.Length / Stopwatch.GetElapsedTime(start).TotalSeconds, valid);
    }

    static async Task CompareWithNewtonsoftAsync(byte[] schema, byte[][] records, SchemaValidator validator)
    {
        var some = records.AsSpan(0, Math.Min(records.Length, 50_000)).ToArray();
        var beside = await Pairs.RunAsync("beside Newtonsoft", () => Task.FromResult(Ours(validator, some).PerSecond), () => Task.FromResult(Newtonsoft(schema, some)), "records/s");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"beside Newtonsoft's streaming reader: {beside.Ratio:0.0} × ({beside.Min:0.0} to {beside.Max:0.0})"));
    }

    static double Newtonsoft(byte[] schema, byte[][] records)
    {
        using var fallback = new StreamingFallback(schema);
        var errors = new List<FallbackError>();
        var start = Stopwatch.GetTimestamp();
        foreach (var record in records)
            fallback.Validate(record, errors);
        if (fallback.Unavailable is not null)
            throw new InvalidOperationException(fallback.Unavailable);
        return records.Length / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
