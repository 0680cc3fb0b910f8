using Exchange.Engine.Licences;

namespace Exchange.Hub.Delivery.Licences;

/// <summary>What the page on licences says.</summary>
static class LicenceTexts
{
    public const string Title = "Check a licence";
    public const string Lead = "Paste the licence, or choose the file that you were given. You may also paste the address that was scanned from it. Nothing of it is kept.";
    public const string Licence = "Licence or address";
    public const string File = "Or its file";
    public const string Check = "Check";
    public const string Holds = "The licence holds";
    public const string HoldsNot = "The licence does not hold";
    public const string Says = "What it says";
    public const string Issuer = "Issued by";
    public const string Dataset = "Register";
    public const string AsOf = "As published on";
    public const string IssuedAt = "Issued on";
    public const string ExpiresAt = "Good until";
    public const string Audience = "Issued to";
    public const string Purpose = "For";
    public const string Case = "Case";

    /// <summary>What a state means, in plain words.</summary>
    public static string Of(LicenceState state) => state switch
    {
        LicenceState.Valid => "It is genuine, in force, and what it says is still what the register says.",
        LicenceState.Expired => "Its time is over. Ask for a new one.",
        LicenceState.Superseded => "The register says something else by now. Ask for a new one.",
        _ => "The department that answers for the register has taken it back.",
    };

    /// <summary>What a fault means, in plain words.</summary>
    public static string Of(LicenceFault fault) => fault switch
    {
        LicenceFault.Malformed or LicenceFault.WrongHeader => "This is not a licence, or a part of it is missing. Copy all of it.",
        LicenceFault.UnknownKey => "It was not signed by this hub.",
        LicenceFault.WrongSignature => "It was altered, or somebody else signed it. Do not rely on anything that it says.",
        LicenceFault.WrongIssuer => "Another hub issued it. Check it there.",
        _ => Of(LicenceState.Expired),
    };
}
