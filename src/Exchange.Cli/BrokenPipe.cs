using System.Runtime.InteropServices;

namespace Exchange.Cli;

/// <summary>
/// <c>exchange records … | head</c> must end when head does. The runtime ignores SIGPIPE and the console swallows the
/// failed write, so that a whole publication would be read for nobody; this gives the signal back its meaning.
/// </summary>
static partial class BrokenPipe
{
    const int Signal = 13;
    const nint DefaultAction = 0;

    public static void EndsTheProcess()
    {
        if (!OperatingSystem.IsWindows())
            SetAction(Signal, DefaultAction);
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetAction(int signal, nint action);
}
