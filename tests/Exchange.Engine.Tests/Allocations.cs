namespace Exchange.Engine.Tests;

/// <summary>What code allocates once it is warm.</summary>
static class Allocations
{
    public const int Rounds = 8;

    /// <summary>
    /// The fewest bytes that the action allocates on this thread in any of <see cref="Rounds"/> rounds. A collection that
    /// another test sets off takes away what is left of the thread's buffer, and that counts as allocated; so one round may lie.
    /// </summary>
    public static long Least(Action action)
    {
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
