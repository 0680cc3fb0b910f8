using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Exchange.House.Tests;

/// <summary>Each assembly knows only the floors below it.</summary>
public sealed class FloorTests
{
    const string JsonSchemaLibrary = "Newtonsoft.Json.Schema";

    [Test]
    public void The_Sdk_stands_on_the_base_class_library_alone() =>
        Assert.That(Assembly("Exchange.Sdk").References.Where(name => !IsBaseClassLibrary(name)), Is.Empty);

    [Test]
    public void The_engine_stands_on_the_Sdk_and_two_libraries() =>
        Assert.That(
            Assembly("Exchange.Engine").References.Where(name => !IsBaseClassLibrary(name)),
            Is.SubsetOf(new[] { "Exchange.Sdk", "Newtonsoft.Json", JsonSchemaLibrary, "System.IO.Hashing" }));

    [Test]
    public void The_engine_touches_no_file_network_clock_or_process()
    {
        string[] outside =
        [
            "System.IO.File", "System.IO.FileInfo", "System.IO.FileStream", "System.IO.Directory", "System.IO.DirectoryInfo", "System.Console",
            "System.TimeProvider", "System.Diagnostics.Process", "System.Random", "System.Threading.Thread", "System.Threading.Tasks.Task",
        ];
        var (_, types, members) = Assembly("Exchange.Engine");
        Assert.That(types, Has.Member("System.IO.MemoryStream").And.Member("System.String"), "the list of types is read rightly");
        Assert.That(types.Where(type => outside.Contains(type) || (type.StartsWith("System.Net.", StringComparison.Ordinal) && !IsAddress(type))), Is.Empty);
        Assert.That(members.Where(member => member.StartsWith("System.Environment.", StringComparison.Ordinal)), Is.SubsetOf(new[] { "System.Environment.get_CurrentManagedThreadId" }), "which the compiler puts into iterators");
    }

    [TestCase("Exchange.Hub")]
    [TestCase("exchange")]
    public void Hub_and_command_line_know_the_engine_and_the_Sdk_and_no_connector(string assembly) =>
        Assert.That(Assembly(assembly).References.Where(IsOurs), Is.SubsetOf(new[] { "Exchange.Sdk", "Exchange.Engine" }));

    [TestCaseSource(nameof(Connectors))]
    public void A_connector_knows_the_Sdk_and_its_own_packages(string name)
    {
        var project = SourceTree.Find($"connectors/{name}/{name}.csproj").Xml;
        Assert.Multiple(() =>
        {
            Assert.That(project.Descendants("ProjectReference"), Is.Empty, "the Sdk comes from connectors/Directory.Build.props");
            Assert.That(Assembly($"connectors/{name}/Exchange.Connectors.{name}").References.Where(IsOurs), Is.SubsetOf(new[] { "Exchange.Sdk" }));
        });
    }

    [Test]
    public void Only_the_schemas_of_the_engine_call_the_JSON_Schema_library()
    {
        foreach (var assembly in new[] { "Exchange.Sdk", "Exchange.Hub", "exchange" })
            Assert.That(Assembly(assembly).References, Has.No.Member(JsonSchemaLibrary), assembly);
        Assert.That(
            SourceTree.Code("src").Where(file => file.Syntax.DescendantNodes().OfType<UsingDirectiveSyntax>().Any(use => use.Name?.ToString() == JsonSchemaLibrary)).Select(file => file.Path),
            Is.Not.Empty.And.All.StartsWith("src/Exchange.Engine/Schemas/"));
    }

    /// <summary>Everybody else is handed the catalog.</summary>
    [Test]
    public void Plugins_are_discovered_only_where_a_program_starts() =>
        Assert.That(
            from file in SourceTree.Code("src")
            from call in file.Syntax.DescendantNodes().OfType<InvocationExpressionSyntax>()
            where call.Expression.ToString() == "PluginCatalog.Load"
            select file.Path,
            Is.EquivalentTo(new[] { "src/Exchange.Hub/Program.cs", "src/Exchange.Cli/OfflinePreview.cs", "src/Exchange.Cli/Verbs/CheckVerb.cs" }));

    static IEnumerable<string> Connectors => SourceTree.Projects.Where(file => file.Path.StartsWith("connectors/", StringComparison.Ordinal)).Select(file => Path.GetFileNameWithoutExtension(file.Name));

    static bool IsOurs(string name) => name.StartsWith("Exchange", StringComparison.Ordinal);

    static bool IsBaseClassLibrary(string name) => name is "netstandard" or "mscorlib" or "Microsoft.CSharp" || (name.StartsWith("System.", StringComparison.Ordinal) && name != "System.IO.Hashing");

    // Reading the text of an address opens nothing.
    static bool IsAddress(string type) => type is "System.Net.IPAddress" or "System.Net.Sockets.AddressFamily";

    static (List<string> References, List<string> Types, List<string> Members) Assembly(string name)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, name + ".dll")));
        var metadata = file.GetMetadataReader();
        return (
            [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))],
            [.. metadata.TypeReferences.Select(TypeName)],
            [
                .. metadata.MemberReferences.Select(metadata.GetMemberReference)
                    .Where(member => member.Parent.Kind == HandleKind.TypeReference)
                    .Select(member => $"{TypeName((TypeReferenceHandle)member.Parent)}.{metadata.GetString(member.Name)}"),
            ]);

        string TypeName(TypeReferenceHandle handle)
        {
            var type = metadata.GetTypeReference(handle);
            return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
        }
    }
}
