namespace Exchange.Hub.Platform;

/// <summary>What the pages say, in one place, so that another language can follow.</summary>
public static class PageTexts
{
    public const string ErrorPrefix = "Error: ";
    public const string ProblemTitle = "There is a problem";
    public const string Reference = "reference";

    public const string SignIn = "Sign in";
    public const string SignInLead = "There is no way to register: an administrator of the hub invites you.";
    public const string Email = "Mail address";
    public const string Name = "Name";
    public const string Password = "Password";
    public const string CurrentPassword = "Current password";
    public const string NewPassword = "New password";
    public const string Code = "Code of your authenticator";
    public const string CodeHint = "Only if you have turned one on. A recovery code will do too.";

    public const string Welcome = "Welcome to Exchange";
    public const string WelcomeFirst = "You are the first administrator of this hub. You will invite the others.";
    public const string WelcomeInvited = "Choose a password. This link is good once.";
    public const string Join = "Save and sign in";

    public const string Account = "Your account";
    public const string ActingAs = "You act as";
    public const string Switch = "Act in this role";
    public const string ChangePassword = "Change the password";
    public const string ChangePasswordHint = "You are signed out everywhere else.";
    public const string PasswordChanged = "The password is changed.";

    public const string Authenticator = "Authenticator";
    public const string AuthenticatorOff = "Off: your password is enough to sign in as you. An app on your telephone can make a code for each sign-in.";
    public const string AuthenticatorOn = "On: signing in by password takes a code too.";
    public const string AuthenticatorBegin = "Set up an authenticator";
    public const string AuthenticatorKey = "Type this key into the app, or open the address on your telephone. It is shown this one time.";
    public const string AuthenticatorConfirm = "The authenticator has taken the key? Its code turns it on.";
    public const string TurnOn = "Turn on";
    public const string TurnOff = "Turn off";
    public const string MakeRecoveryCodes = "Make new recovery codes";
    public const string RecoveryCodes = "Recovery codes";
    public const string RecoveryCodesHint = "Each is good once, in place of a code, when the authenticator is lost. Print them or write them down now: they are shown this one time.";

    public const string Passkeys = "Passkeys";
    public const string PasskeysLead = "A passkey is kept by your device or a key that you carry, and signs you in without a password or code.";
    public const string PasskeyName = "What you call it, such as the device that keeps it";
    public const string AddPasskey = "Add a passkey";
    public const string PasskeyNotMade = "No passkey was made: it was called off, took too long, or the device has one for you already.";
    public const string SignInByPasskey = "Sign in with a passkey";
    public const string PasskeyNotUsed = "No passkey was used: it was called off, took too long, or the device has none for this hub.";
    public const string Remove = "Remove";
    public const string LastUsed = "Last used";
    public const string LinkAccount = "Link your account there";
    public const string LinkAccountHint = "Then you sign in with it, whatever mail address it has. You are sent there and back.";

    public const string Sessions = "Where you are signed in";
    public const string Tokens = "Your tokens";
    public const string TokensNone = "None. The command line makes one when you type exchange sign-in.";
    public const string EndToken = "End";
    public const string Since = "Since";
    public const string LastSeen = "Last seen";
    public const string Until = "Until";
    public const string Browser = "Browser";
    public const string ThisOne = "this one";
    public const string Role = "Role";
    public const string SignOut = "Sign out";
    public const string SignOutEverywhere = "Sign out everywhere";
    public const string SignOutEverywhereHint = "Ends every session and every token of yours.";

    /// <summary>What a password may be.</summary>
    public static string PasswordHint => PasswordRules.Advice;

    /// <summary>The way in by the external provider.</summary>
    public static string SignInWith(string provider) => $"Sign in with {provider}";

    /// <summary>An account at the external provider.</summary>
    public static string AccountAt(string provider) => $"Account at {provider}";

    /// <summary>What a code means that a browser was sent here with; null for one that is not known.</summary>
    public static string? Explain(string? code) => code switch
    {
        "provider-away" => "The provider that you sign in with does not answer at the moment. Try again later, or sign in another way.",
        "provider-denied" => "The provider says that you did not want to sign in, or may not.",
        "provider-refused" => "The provider's answer could not be used. Try again; if it goes on, tell an administrator the reference.",
        "address-unverified" => "The provider does not vouch for your mail address, so the hub cannot tell who you are here. Sign in another way.",
        "not-invited" => "The provider has told the hub who you are, but nobody of your mail address may use it. Ask an administrator for an invitation.",
        "external-account-taken" => "This account at the provider belongs to another person here. An administrator can take that link away.",
        "external-account-exists" => "The person of your address is linked with another account at the provider. Sign in with that one, or have an administrator take the link away.",
        "session-changed" => "You were signed out, or signed in as somebody else, before the provider answered. Sign in, and link the account again.",
        "sign-in-refused" => "Your account may not be used. An administrator can say why.",
        _ => null,
    };

    /// <summary>Whom a link is for.</summary>
    public static string For(string name, string email) => $"This link is for {name}, {email}.";

    /// <summary><c>Steward of land</c>.</summary>
    public static string RoleName(PersonRole role)
    {
        var name = role.Role == Platform.Role.ItStaff ? "IT staff" : role.Role.ToString();
        return role.Department is null ? name : $"{name} of {role.Department}";
    }

    /// <summary>What a field is called on the page.</summary>
    public static string FieldName(string field) => field switch
    {
        "email" => Email,
        "name" => Name,
        "password" => "The password",
        "replacement" => "The new password",
        "code" => "The code",
        _ => field,
    };

    /// <summary>A time as people read it, with its zone.</summary>
    public static string Time(DateTimeOffset time, HubOptions options)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);
        return $"{TimeZoneInfo.ConvertTime(time, zone):yyyy-MM-dd HH:mm} {options.TimeZone}";
    }
}
