using System.Reflection;
using System.Text.Json;
using Exchange.Engine.Records;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Runs;
using Exchange.Sdk;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Exchange.House.Tests;

/// <summary>The READMEs of Catalog, Sources and Runs say what the code says.</summary>
public sealed class RunsDocumentTests
{
    static readonly DocumentTables Runs = new("src/Exchange.Hub/Runs/README.md");

    [Test]
    public void Every_member_of_a_dataset_is_documented_with_its_default() =>
        Assert.That(Runs.Rows("A dataset's document").Select(row => (row[0], row[1])), Is.EqualTo(Members(typeof(DatasetDefinition), "")));

    [Test]
    public void Every_state_of_a_run_is_documented_with_what_it_may_become() =>
        Assert.That(
            Runs.Rows("States of a run").Select(row => (row[0], row[1])),
            Is.EqualTo(Enum.GetValues<RunState>().Select(from => (Quoted(from.Stored()), string.Join(", ", Enum.GetValues<RunState>().Where(to => from.CanBecome(to)).Select(to => Quoted(to.Stored())))))));

    [Test]
    public void Every_kind_of_failure_is_documented() =>
        Assert.That(
            Runs.Names("Why a run fails"),
            Is.EquivalentTo(Enum.GetNames<ConnectorErrorKind>().Union(FirstArguments("Runs", nameof(RunError)))));

    [Test]
    public void Every_reason_of_a_hold_and_every_difference_is_documented()
    {
        var reasons = typeof(Hold).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);
        Assert.That(Runs.Names("Why a run is held"), Is.EquivalentTo(reasons));
        foreach (var what in FirstArguments("Runs", nameof(HeldChange)))
            Assert.That(Runs.Section("Why a run is held"), Does.Contain(Quoted(what)));
    }

    [Test]
    public void Every_code_of_a_reject_is_documented() =>
        Assert.That(
            Runs.Names("Codes of rejects"),
            Is.EqualTo(typeof(RejectCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!).Append("duplicate-key")));

    [TestCase("Catalog")]
    [TestCase("Sources")]
    [TestCase("Runs")]
    public void Every_refusal_of_a_room_is_documented_with_its_status(string room)
    {
        var refusals =
            from file in SourceTree.Code($"src/Exchange.Hub/{room}/")
            from call in file.Syntax.DescendantNodes().OfType<InvocationExpressionSyntax>()
            let status = call.Expression.ToString() switch { "HubException.NotFound" => "404", "HubException.Conflict" => "409", "HubException.Forbidden" => "403", _ => null }
            where status is not null
            select ($"`{((LiteralExpressionSyntax)call.ArgumentList.Arguments[0].Expression).Token.ValueText}`", status);
        Assert.That(new DocumentTables($"src/Exchange.Hub/{room}/README.md").Rows("Refusals").Select(row => (row[0], row[1])), Is.EquivalentTo(refusals.Distinct()));
    }

    /// <summary>Members of a record as a document spells them, those of records inside it with a dot, and their defaults.</summary>
    static IEnumerable<(string, string)> Members(Type type, string prefix) =>
        from property in type.GetProperties().Where(property => property.DeclaringType == type && property.GetMethod!.IsPublic)
        let name = prefix + JsonNamingPolicy.CamelCase.ConvertName(property.Name)
        from member in property.PropertyType.Namespace == type.Namespace ? Members(property.PropertyType, name + ".") : [(Quoted(name), DefaultOf(type, property))]
        select member;

    static string DefaultOf(Type type, PropertyInfo property)
    {
        if (type.GetConstructors().SelectMany(constructor => constructor.GetParameters()).FirstOrDefault(parameter => parameter.Name == property.Name) is { } parameter)
            return parameter.HasDefaultValue ? Shown(parameter.DefaultValue) : "required";
        if (property.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is not null)
            return "required";
        return typeof(System.Collections.IEnumerable).IsAssignableFrom(property.PropertyType) && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.NotNull && property.PropertyType != typeof(string) ? "none" : "";
    }

    static string Shown(object? value) => value is null ? "" : Quoted(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!);

    static string Quoted(string text) => $"`{text}`";

    /// <summary>What stands first where the code makes one of these: the kind of an error, the word of a difference.</summary>
    static IEnumerable<string> FirstArguments(string room, string type) =>
        (from file in SourceTree.Code($"src/Exchange.Hub/{room}/")
         from creation in file.Syntax.DescendantNodes().OfType<BaseObjectCreationExpressionSyntax>()
         where TypeOf(creation) == type
         select creation.ArgumentList!.Arguments[0].Expression).OfType<LiteralExpressionSyntax>().Select(literal => literal.Token.ValueText).Distinct();

    static string? TypeOf(BaseObjectCreationExpressionSyntax creation) => creation is ObjectCreationExpressionSyntax named
        ? named.Type.ToString()
        : creation.FirstAncestorOrSelf<MethodDeclarationSyntax>()?.ReturnType.ToString().TrimEnd('?');
}
