using System.Reflection;
using System.Text.Json;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Audit;

public sealed class AuditDocumentTests
{
    [Test]
    public void Every_event_and_its_fields_stand_in_the_README_and_nothing_else_does()
    {
        var documented = Documents.Read("src/Exchange.Hub/Audit/README.md").Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal) && !line.Contains("/api/v1/", StringComparison.Ordinal)); // the routes have a table of their own
        var declared = typeof(IAuditEvent).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IAuditEvent).IsAssignableFrom(type))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => $"| `{type.Name}` | {string.Join(", ", FieldsOf(type))} |");
        Assert.That(documented.Select(line => string.Join('|', line.Split('|')[..3]) + "|"), Is.EqualTo(declared));
    }

    static IEnumerable<string> FieldsOf(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.Name != nameof(IAuditEvent.Subject))
        .Select(property => $"`{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}`");
}
