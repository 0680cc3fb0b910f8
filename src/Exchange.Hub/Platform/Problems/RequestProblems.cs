using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;

namespace Exchange.Hub.Platform;

/// <summary>Says what is wrong with a request that could not be read, in the words of the API and not of C#.</summary>
public static partial class RequestProblems
{
    /// <summary>Explains what the framework refused.</summary>
    public static HubException Explain(BadHttpRequestException error) => error switch
    {
        { InnerException: JsonException json } => ExplainJson(json),
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => new(ErrorKind.UnsupportedMediaType, "unsupported-media-type", "Send the body as application/json."),
        { StatusCode: StatusCodes.Status413PayloadTooLarge } => new(ErrorKind.TooLarge, "too-large", "The body is bigger than the hub takes."),
        _ => ExplainParameter(error),
    };

    /// <summary>Explains what the JSON reader refused.</summary>
    public static HubException ExplainJson(JsonException error)
    {
        if (MissingNames().Match(error.Message) is { Success: true } missing)
        {
            var parent = PointerOf(error.Path);
            return HubException.Invalid([.. QuotedName().Matches(missing.Value).Select(name => new FieldError($"{parent}/{name.Groups[1].Value}", "is missing", "Give it a value."))]);
        }
        if (UnknownName().Match(error.Message) is { Success: true } unknown)
            return HubException.Invalid(new FieldError(PointerOf(error.Path, unknown.Groups[1].Value), "is not known here", "Leave it out, or correct its spelling; /openapi/v1.json lists what is known."));
        if (DuplicateName().Match(error.Message) is { Success: true } duplicate)
            return HubException.Invalid(new FieldError(PointerOf(error.Path, duplicate.Groups[1].Value), "stands there twice", "Give it once."));
        if (error.Message.Contains("doesn't allow null", StringComparison.Ordinal))
            return HubException.Invalid(new FieldError(PointerOf(error.Path), "is null", "Give it a value."));
        var where = error.LineNumber is { } line ? $" at line {line + 1}, byte {error.BytePositionInLine + 1}" : "";
        if (WrongKind().Match(error.Message) is { Success: true } wrong)
            return HubException.Invalid(new FieldError(PointerOf(error.Path), $"is not of the kind expected{where}", $"Give {ExpectedKind.At(wrong.Groups[1].Value, error.Path)}."));
        return new HubException(ErrorKind.Malformed, "malformed-json", $"The body is not JSON{where}.", error)
        {
            Errors = [new FieldError(PointerOf(error.Path), "the JSON breaks off or goes wrong here", "Correct the JSON.")],
        };
    }

    static HubException ExplainParameter(BadHttpRequestException error)
    {
        if (Parameter().Match(error.Message) is not { Success: true } parameter)
            return new HubException(ErrorKind.Malformed, "malformed-request", "The request cannot be read; it may have broken off.", error);
        if (error.Message.Contains("body", StringComparison.Ordinal))
            return new HubException(ErrorKind.Malformed, "body-required", "The request needs a JSON body.", error);
        return MalformedParameter(parameter.Groups[2].Value, ExpectedKind.Of(parameter.Groups[1].Value), error);
    }

    /// <summary>Explains a refusal that came without a word: a parameter that may be left out, and cannot be read.</summary>
    public static HubException ExplainParameters(HttpContext context)
    {
        foreach (var parameter in context.GetEndpoint()?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>() ?? [])
        {
            var type = Nullable.GetUnderlyingType(parameter.ParameterInfo.ParameterType) ?? parameter.ParameterInfo.ParameterType;
            if (parameter.HasTryParse && context.Request.Query[parameter.Name] is [{ Length: > 0 } text, ..] && !ExpectedKind.Takes(type, text))
                return MalformedParameter(parameter.Name, ExpectedKind.Of(type));
        }
        return new HubException(ErrorKind.Malformed, "malformed-request", "The request cannot be read.");
    }

    static HubException MalformedParameter(string name, string expected, BadHttpRequestException? error = null) =>
        new(ErrorKind.Malformed, "malformed-parameter", $"The parameter \"{name}\" is missing or cannot be read.", error)
        {
            Errors = [new FieldError("?" + name, "is missing or cannot be read", $"Give {expected}.")],
        };

    /// <summary><c>$.fields[2].name</c> as <c>/fields/2/name</c>.</summary>
    static string PointerOf(string? path, string? member = null)
    {
        var pointer = string.Concat(PathStep().Matches(path ?? "").Select(step => "/" + Escape(step.Groups["name"] is { Success: true } name ? name.Value : step.Groups["index"].Value)));
        return member is null || pointer.EndsWith("/" + Escape(member), StringComparison.Ordinal) ? pointer : $"{pointer}/{Escape(member)}";
    }

    static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    [GeneratedRegex("required properties including: .*", RegexOptions.CultureInvariant)]
    private static partial Regex MissingNames();

    [GeneratedRegex("'([^']+)'", RegexOptions.CultureInvariant)]
    private static partial Regex QuotedName();

    [GeneratedRegex("The JSON property '([^']+)' could not be mapped", RegexOptions.CultureInvariant)]
    private static partial Regex UnknownName();

    [GeneratedRegex("Duplicate property '([^']+)'", RegexOptions.CultureInvariant)]
    private static partial Regex DuplicateName();

    [GeneratedRegex(@"could not be converted to (?:System\.Nullable`1\[)?([\w.]*\w)", RegexOptions.CultureInvariant)]
    private static partial Regex WrongKind();

    [GeneratedRegex("parameter \"(?:Nullable<)?([^\" >]*)>?(?: |(?=\\w+\"))(\\w+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\.(?<name>[^.\[\]]+)|\['(?<name>[^']*)'\]|\[(?<index>[0-9]+)\]", RegexOptions.CultureInvariant)]
    private static partial Regex PathStep();
}
