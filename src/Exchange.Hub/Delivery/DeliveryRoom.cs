namespace Exchange.Hub.Delivery;

/// <summary>How data leaves the hub: records, exports, changes.</summary>
public static class DeliveryRoom
{
    /// <summary>Registers the room.</summary>
    public static IServiceCollection AddDelivery(this IServiceCollection services) => services
        .AddSingleton<CursorSource>()
        .AddSingleton<UseLog>()
        .AddSingleton<ListRecords>()
        .AddSingleton<ExportRecords>()
        .AddSingleton<ReadRecord>()
        .AddSingleton<FollowChanges>();

    /// <summary>Maps the room's routes.</summary>
    public static void MapDelivery(this IEndpointRouteBuilder routes) => DeliveryEndpoints.MapDelivery(routes);
}
