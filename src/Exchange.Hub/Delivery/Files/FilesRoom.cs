using Exchange.Hub.Delivery.Subscriptions;

namespace Exchange.Hub.Delivery.Files;

/// <summary>Subscriptions of the kind <c>file</c>. They have no routes of their own.</summary>
static class FilesRoom
{
    public static IServiceCollection AddFiles(this IServiceCollection services) => services
        .AddSingleton<DropStore>()
        .AddSingleton<SftpDoor>()
        .AddSingleton<Drops>()
        .AddSingleton<FileContents>()
        .AddSingleton<FileDelivery>()
        .AddSingleton<IPush, FilePush>();
}
