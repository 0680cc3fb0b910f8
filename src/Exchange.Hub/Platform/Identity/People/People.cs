using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace Exchange.Hub.Platform;

/// <summary>Puts people's sign-in together: ASP.NET Core Identity over our own tables.</summary>
static class People
{
    /// <summary>PBKDF2 with HMAC-SHA512, as OWASP's Password Storage Cheat Sheet has it. A change reaches each password when it is next used.</summary>
    const int PasswordIterations = 210_000;

    public static IServiceCollection AddPeople(this IServiceCollection services)
    {
        services.AddScoped<IPasswordValidator<Person>, PasswordRules>(); // before Identity, which then leaves its own out
        services.AddIdentityCore<Person>(options =>
        {
            options.User.RequireUniqueEmail = true;
            options.User.AllowedUserNameCharacters = ""; // the name to sign in with is the mail address, in whatever script
        });
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = PasswordIterations);
        services.AddScoped<PersonStore>().AddScoped<IUserStore<Person>>(provider => provider.GetRequiredService<PersonStore>());
        services.AddSingleton<Administrators>().AddSingleton<InvitationStore>().AddSingleton<FirstLink>();
        services.AddScoped<InvitePerson>().AddScoped<AcceptInvitation>().AddScoped<ChangePerson>();
        services.AddScoped<Passwords>().AddScoped<ChangePassword>().AddScoped<ChangeAuthenticator>().AddScoped<IssuePersonToken>().AddScoped<SwitchRole>().AddSingleton<EndOwnToken>();
        services.AddSingleton<SessionStore>().AddSingleton<DeviceStore>().AddSingleton<EndSession>().AddScoped<StartSession>();
        services.AddSingleton<GuessLimits>().AddSingleton<RefusedSignIns>().AddSingleton<DecoyPassword>().AddScoped<AuthenticatorCodes>().AddScoped<SignIn>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.SchemeName, null);
        return services;
    }
}
