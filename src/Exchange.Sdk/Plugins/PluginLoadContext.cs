using System.Reflection;
using System.Runtime.Loader;

namespace Exchange.Sdk;

/// <summary>
/// Loads one plugin. The Sdk and the framework are the host's; every other assembly and native library comes from the
/// plugin's own folder, so that two plugins may carry two versions of one package.
/// </summary>
sealed class PluginLoadContext(string assemblyPath) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(assemblyPath))
{
    readonly AssemblyDependencyResolver resolver = new(assemblyPath);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == typeof(IConnector).Assembly.GetName().Name)
            return null;
        return resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
    }

    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName) =>
        resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : IntPtr.Zero;
}
