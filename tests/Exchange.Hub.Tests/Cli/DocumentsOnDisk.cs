namespace Exchange.Hub.Tests.Cli;

/// <summary>A folder of documents that lives as long as a test.</summary>
sealed class DocumentsOnDisk : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("exchange-cli-").FullName;

    public DocumentsOnDisk With(string file, string content)
    {
        var path = Path.Combine(Root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        File.SetLastWriteTimeUtc(path, HurriedTime.Start.UtcDateTime.AddDays(-1)); // a younger file may still be being written
        return this;
    }

    /// <summary>One document of each kind that fit together.</summary>
    public DocumentsOnDisk Whole() => this
        .With("datasets/companies.dataset.json", """
            {
              "title": { "en": "Companies" },
              "department": "trade", "schema": "company/1.0", "source": "registry", "stream": "company", "mapping": "company",
              "schedule": { "cron": "0 25 * * *", "timeZone": "Asia/Shanghai" }
            }
            """)
        .With("mappings/company.mapping.json", """{}""")
        .With("sources/registry.source.json", """{"department":"trade","connector":"postgresql","options":{"host":"db","password":{"env":"REGISTRY_PASSWORD"}}}""")
        .With("schemas/company/1.0.schema.json", """{"type":"object"}""")
        .With("departments/trade.department.json", """{"title":{"en":"Trade"}}""");

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
