using Spectre.Console;
using Spectre.Console.Rendering;

namespace Exchange.Cli.Output;

/// <summary>Shows a run going on: a moving line on a terminal, a line now and then in a log.</summary>
static class RunProgress
{
    static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    /// <returns>The run as it ended.</returns>
    public static Task<Run> ShowAsync(Screen screen, TimeProvider clock, Run first, IAsyncEnumerable<Run> watch) =>
        screen.IsLive ? ShowLiveAsync(screen, first, watch) : LogAsync(screen, clock, first, watch);

    static Task<Run> ShowLiveAsync(Screen screen, Run first, IAsyncEnumerable<Run> watch)
    {
        var last = first;
        return screen.Console.Progress()
            .AutoClear(true)
            .Columns(
                new SpinnerColumn(Spinner.Known.Dots),
                new RunColumn(() => Phase(last)),
                new ProgressBarColumn { Width = 20 },
                new RunColumn(() => Figures(last)))
            .StartAsync(async context =>
            {
                var task = context.AddTask("run");
                await foreach (var run in watch)
                {
                    last = run;
                    task.IsIndeterminate = run.RowEstimate is null or 0;
                    task.MaxValue = Math.Max(1, run.RowEstimate ?? 1);
                    task.Value = Math.Min(run.Count("read"), task.MaxValue);
                }
                return last;
            });
    }

    static async Task<Run> LogAsync(Screen screen, TimeProvider clock, Run first, IAsyncEnumerable<Run> watch)
    {
        var last = first;
        var (saidPhase, saidAt) = ("", clock.GetTimestamp());
        await foreach (var run in watch)
        {
            last = run;
            if (run.IsOver || (Phase(run) == saidPhase && clock.GetElapsedTime(saidAt) < LogInterval))
                continue;
            (saidPhase, saidAt) = (Phase(run), clock.GetTimestamp());
            screen.Line($"{saidPhase}  {Figures(run)}");
        }
        return last;
    }

    public static string Phase(Run run) => run.State switch
    {
        "running" => run.Phase,
        "retrying" => $"waiting for attempt {run.Attempt + 1}",
        var state => state,
    };

    /// <summary>Rows, rate and what is left, as far as they are known.</summary>
    public static string Figures(Run run)
    {
        var read = run.Count("read");
        List<string> figures = [];
        if (read > 0)
            figures.Add(run.RowEstimate > 0 ? $"{Words.Count(read).PadLeft(Words.Count(run.RowEstimate).Length)} of ~{Words.Count(run.RowEstimate)} rows" : $"{Words.Count(read)} rows");
        if (run.RowsPerSecond is > 0 and var rate)
            figures.Add($"{Words.Count(rate)}/s");
        if (run.RowsPerSecond is > 0 && run.RowEstimate > read)
            figures.Add($"{Words.Span(TimeSpan.FromSeconds((double)(run.RowEstimate.Value - read) / run.RowsPerSecond.Value))} left");
        if (run.Count("rejected") is > 0 and var rejected)
            figures.Add($"{Words.Count(rejected)} rejected");
        return string.Join("  ", figures);
    }

    sealed class RunColumn(Func<string> text) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(text());
    }
}
