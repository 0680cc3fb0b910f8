using Microsoft.AspNetCore.Http.Headers;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Exchange.Hub.Platform;

/// <summary>
/// The titles of problems in the language that the client asks for: English or Chinese. What happened and what to do is
/// told in English, which developers search for; both languages stand in <c>Content-Language</c> then.
/// </summary>
static class ProblemTitles
{
    const string English = "en";
    const string Chinese = "zh-Hans";

    static readonly Dictionary<int, string> chinese = new()
    {
        [400] = "请求有误",
        [401] = "需要登录",
        [403] = "没有权限",
        [404] = "未找到",
        [405] = "不支持的请求方法",
        [406] = "没有可接受的格式",
        [409] = "与当前状态冲突",
        [410] = "已不存在",
        [412] = "前提条件不成立",
        [413] = "内容过大",
        [415] = "不支持的媒体类型",
        [422] = "内容无法处理",
        [429] = "请求过多",
        [500] = "服务器内部错误",
        [503] = "服务暂不可用",
    };

    /// <summary>What kind of refusal it is, for people.</summary>
    public static string Of(HttpContext context, int status) =>
        ReadsChinese(context.Request) && chinese.TryGetValue(status, out var title) ? title : ReasonPhrases.GetReasonPhrase(status);

    /// <summary>The languages of a problem.</summary>
    public static string LanguagesOf(HttpContext context) => ReadsChinese(context.Request) ? $"{Chinese}, {English}" : English;

    /// <summary>Whether Chinese is liked better than English (RFC 9110 section 12.5.4).</summary>
    static bool ReadsChinese(HttpRequest request)
    {
        var ranges = new RequestHeaders(request.Headers).AcceptLanguage;
        return Quality(ranges, "zh", otherwise: 0) > Quality(ranges, English, otherwise: 0);
    }

    static double Quality(IList<StringWithQualityHeaderValue> ranges, string language, double otherwise)
    {
        var named = ranges.Where(range => Matches(range.Value.ToString(), language)).Select(range => range.Quality ?? 1).DefaultIfEmpty(-1).Max();
        return named >= 0 ? named : ranges.Where(range => range.Value == "*").Select(range => range.Quality ?? 1).FirstOrDefault(otherwise);
    }

    /// <summary>Traditional characters are another script.</summary>
    static bool Matches(string range, string language) =>
        range.Equals(language, StringComparison.OrdinalIgnoreCase)
        || (range.StartsWith(language + "-", StringComparison.OrdinalIgnoreCase)
            && !range.StartsWith("zh-Hant", StringComparison.OrdinalIgnoreCase) && !range.StartsWith("zh-TW", StringComparison.OrdinalIgnoreCase)
            && !range.StartsWith("zh-HK", StringComparison.OrdinalIgnoreCase) && !range.StartsWith("zh-MO", StringComparison.OrdinalIgnoreCase));
}
