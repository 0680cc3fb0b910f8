namespace Exchange.Hub.Sharing.Clocks;

/// <summary>Working days, due dates and what people are to do by them.</summary>
static class ClocksEndpoints
{
    public static IServiceCollection AddClocks(this IServiceCollection services) => services
        .AddSingleton<Calendars>()
        .AddSingleton<Clocks>();
}
