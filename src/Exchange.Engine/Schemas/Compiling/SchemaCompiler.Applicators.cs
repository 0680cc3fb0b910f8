using System.Text.Json;
using Exchange.Engine.Schemas.Instances;
using Exchange.Engine.Schemas.Keywords;
using Exchange.Engine.Schemas.Patterns;

namespace Exchange.Engine.Schemas.Compiling;

/// <content>Keywords that apply further schemas.</content>
sealed partial class SchemaCompiler
{
    SchemaNode? CompileChild(Context at, string keyword) => at.TryGet(keyword, out var child) ? Compile(child) : null;

    bool IsList(SchemaLocation location)
    {
        if (location.Element.ValueKind == JsonValueKind.Array && location.Element.GetArrayLength() > 0)
            return true;
        Problem(location, "must be an array of at least one schema", "List the schemas in brackets");
        return false;
    }

    bool IsMap(SchemaLocation location)
    {
        if (location.Element.ValueKind == JsonValueKind.Object)
            return true;
        Problem(location, "must be an object", "Write each name with its schema in braces");
        return false;
    }

    IEnumerable<Keyword?> CompileLogic(Context at)
    {
        if (at.TryGet("allOf", out var all) && IsList(all))
            yield return new AllOfKeyword(all.Shown, [.. all.Items().Select(i => InPlace(at, i))]);
        if (at.TryGet("anyOf", out var any) && IsList(any))
            yield return new AnyOfKeyword(any.Shown, [.. any.Items().Select(i => InPlace(at, i))]);
        if (at.TryGet("oneOf", out var one) && IsList(one))
            yield return new OneOfKeyword(one.Shown, [.. one.Items().Select(i => InPlace(at, i))]);
        if (at.TryGet("not", out var not))
            yield return new NotKeyword(not.Shown, InPlace(at, not));
        if (at.TryGet("if", out var condition))
        {
            yield return new IfKeyword(
                condition.Shown,
                InPlace(at, condition),
                at.TryGet("then", out var then) ? InPlace(at, then) : null,
                at.TryGet("else", out var otherwise) ? InPlace(at, otherwise) : null);
        }
    }

    PropertiesKeyword? CompileProperties(Context at)
    {
        var schemas = at.TryGet("properties", out var properties) && IsMap(properties)
            ? properties.Members().ToDictionary(p => p.Name, p => Compile(p.Location), StringComparer.Ordinal) : [];
        var patterns = new List<(PatternMatcher, SchemaNode)>();
        if (at.TryGet("patternProperties", out var patternProperties) && IsMap(patternProperties))
        {
            foreach (var (pattern, location) in patternProperties.Members())
            {
                if (CompilePattern(location, pattern) is { } matcher)
                    patterns.Add((matcher, Compile(location)));
            }
        }
        var additional = CompileChild(at, "additionalProperties");
        var closed = at.TryGet("additionalProperties", out var extra) && extra.Element.ValueKind == JsonValueKind.False;
        var required = at.Owner.Dialect.Validation && at.TryGet("required", out var list) ? Names(list) : [];
        if (schemas.Count + patterns.Count + required.Length == 0 && additional is null)
            return null;
        string[] names = [.. schemas.Keys.Union(required, StringComparer.Ordinal)];
        return new PropertiesKeyword(new PropertyRules(
            at.Location.Shown, new PropertyTable(names), [.. names.Select(n => schemas.GetValueOrDefault(n))], required, patterns, additional, closed));
    }

    string[] Names(SchemaLocation list)
    {
        if (list.Element.ValueKind == JsonValueKind.Array && list.Element.EnumerateArray().All(i => i.ValueKind == JsonValueKind.String))
            return [.. list.Element.EnumerateArray().Select(i => i.GetString()!).Distinct(StringComparer.Ordinal)];
        Problem(list, "must be an array of property names", "Write the names in brackets, as in [\"id\", \"name\"]");
        return [];
    }

    PropertyNamesKeyword? CompilePropertyNames(Context at) =>
        at.TryGet("propertyNames", out var names) ? new PropertyNamesKeyword(names.Shown, Compile(names)) : null;

    ItemsKeyword? CompileItems(Context at)
    {
        var frontKeyword = at.IsDraft7 ? "items" : "prefixItems";
        var hasFront = at.TryGet(frontKeyword, out var front) && front.Element.ValueKind == JsonValueKind.Array;
        var restKeyword = at.IsDraft7 && hasFront ? "additionalItems" : "items";
        if (!at.IsDraft7 && at.TryGet("items", out var items) && items.Element.ValueKind == JsonValueKind.Array)
            return Problem<ItemsKeyword>(items, "must be one schema since draft 2020-12", "Rename items to prefixItems, and additionalItems to items");
        var rest = CompileChild(at, restKeyword);
        if (!hasFront && rest is null)
            return null;
        return new ItemsKeyword("items", $"{at.Location.Shown}/{(rest is null ? frontKeyword : restKeyword)}", hasFront ? [.. front!.Items().Select(Compile)] : [], rest);
    }

    ContainsKeyword? CompileContains(Context at)
    {
        if (!at.TryGet("contains", out var contains))
            return null;
        var min = at.IsDraft7 ? 1 : Count(at, "minContains") ?? 1;
        var max = at.IsDraft7 ? long.MaxValue : Count(at, "maxContains") ?? long.MaxValue;
        var message = max == long.MaxValue ? $"must hold at least {min} item(s) of the required form" : $"must hold {min} to {max} items of the required form";
        return new ContainsKeyword(contains.Shown, Compile(contains), min, max, marks: !at.IsDraft7, message);
    }

    IEnumerable<Keyword?> CompileDependencies(Context at)
    {
        // "dependencies" is draft 7's; later editions let it live on.
        foreach (var keyword in new[] { "dependentRequired", "dependentSchemas", "dependencies" })
        {
            var applies = keyword == "dependencies" || (!at.IsDraft7 && (keyword == "dependentSchemas" || at.Owner.Dialect.Validation));
            if (!applies || !at.TryGet(keyword, out var map) || !IsMap(map))
                continue;
            yield return new DependentKeyword(keyword, map.Shown, [.. map.Members().Select(m => CompileDependency(at, m.Name, m.Location))]);
        }
    }

    (string Name, string[] Required, SchemaNode? Schema) CompileDependency(Context at, string name, SchemaLocation location) =>
        location.Element.ValueKind == JsonValueKind.Array ? (name, Names(location), null) : (name, [], InPlace(at, location));

    IEnumerable<Keyword?> CompileUnevaluated(Context at)
    {
        if (at.IsDraft7)
            yield break;
        if (at.TryGet("unevaluatedItems", out var items))
        {
            Tracks = true;
            yield return new UnevaluatedItemsKeyword(items.Shown, Compile(items));
        }
        if (at.TryGet("unevaluatedProperties", out var properties))
        {
            Tracks = true;
            yield return new UnevaluatedPropertiesKeyword(properties.Shown, Compile(properties), properties.Element.ValueKind == JsonValueKind.False);
        }
    }
}
