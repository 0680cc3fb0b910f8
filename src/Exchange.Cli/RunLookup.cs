namespace Exchange.Cli;

/// <summary>Finds the run that a person means: by its id, by the end of its id, or as the latest of a dataset.</summary>
static class RunLookup
{
    const int SearchedRuns = 500;

    /// <exception cref="CliException">No run is meant by it.</exception>
    public static async Task<Run> FindAsync(HubClient hub, string text, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(text, out _))
            return await GetAsync(hub, text, cancellationToken);
        if (ShortId.IsPossible(text) && await EndingWithAsync(hub, text, cancellationToken) is { } run)
            return run;
        return await LatestOfAsync(hub, text, cancellationToken);
    }

    static async Task<Run> GetAsync(HubClient hub, string id, CancellationToken cancellationToken) =>
        new(await hub.GetAsync($"runs/{HubClient.Segment(id)}", cancellationToken));

    static async Task<Run?> EndingWithAsync(HubClient hub, string text, CancellationToken cancellationToken)
    {
        var recent = await hub.GetAsync(HubClient.Query("runs", ("limit", SearchedRuns)), cancellationToken);
        var found = recent.Items("items").Where(run => run.Text("id")!.EndsWith(text, StringComparison.OrdinalIgnoreCase)).Take(2).ToList();
        return found.Count == 0 ? null : await GetAsync(hub, ShortId.Find(found, text, "run").Text("id")!, cancellationToken);
    }

    static async Task<Run> LatestOfAsync(HubClient hub, string dataset, CancellationToken cancellationToken)
    {
        var latest = await hub.GetAsync(HubClient.Query("runs", ("dataset", dataset), ("limit", 1)), cancellationToken);
        return latest.Items("items").Select(item => new Run(item)).FirstOrDefault()
            ?? throw new CliException(ExitCode.NotFound, $"There is no run \"{dataset}\", and no dataset of that name has run.")
            {
                Fix = "\"exchange runs\" lists the runs; \"exchange run <dataset>\" starts one.",
            };
    }
}
