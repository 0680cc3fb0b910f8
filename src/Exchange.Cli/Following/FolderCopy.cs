using System.Text;
using System.Text.Json;

namespace Exchange.Cli.Following;

/// <summary>
/// A copy as files: <c>records/</c> with one file per record, and <c>follow.json</c> with the cursor. The cursor is
/// written after the records, and changes may be applied twice; so a copy that was interrupted is right again after the
/// next call. A new reading of the whole feed grows in <c>reading/</c>, which takes the place of <c>records/</c> once it is whole.
/// </summary>
sealed class FolderCopy : ICopy
{
    static readonly UTF8Encoding utf8 = new(false);
    readonly FileStream held;
    readonly string folder;
    readonly string dataset;

    FolderCopy(string folder, string dataset, FileStream held)
    {
        this.folder = folder;
        this.dataset = dataset;
        this.held = held;
    }

    public CopyState State { get; private set; }

    string StateFile => Path.Combine(folder, "follow.json");

    string Records => Path.Combine(folder, "records");

    string Fresh => Path.Combine(folder, "reading");

    /// <summary>Opens the folder, and makes it when it is not there.</summary>
    /// <exception cref="CliException">Another process writes there, or it holds another dataset.</exception>
    public static FolderCopy Open(string folder, string dataset)
    {
        Directory.CreateDirectory(folder);
        var copy = new FolderCopy(folder, dataset, Hold(folder, dataset));
        try
        {
            copy.State = copy.ReadState();
            copy.Finish();
            return copy;
        }
        catch
        {
            copy.held.Dispose();
            throw;
        }
    }

    public Task ApplyAsync(IReadOnlyList<Change> changes, string next, bool whole, CancellationToken cancellationToken)
    {
        var target = State.Whole ? Records : Fresh;
        Directory.CreateDirectory(target);
        foreach (var change in changes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var file = Path.Combine(target, FileNames.Of(change.Key));
            if (change.Record is null)
                File.Delete(file);
            else
                Write(file, change.Record);
        }
        WriteState(State with { Cursor = next, Whole = State.Whole || whole });
        Finish();
        return Task.CompletedTask;
    }

    public Task BeginAgainAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(Fresh))
            Directory.Delete(Fresh, recursive: true);
        WriteState(new CopyState(null, State.Reading + 1, false));
        return Task.CompletedTask;
    }

    public Task<long> CountAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Directory.Exists(Records) ? Directory.EnumerateFiles(Records, "*.json").LongCount() : 0);

    public ValueTask DisposeAsync() => held.DisposeAsync();

    static FileStream Hold(string folder, string dataset)
    {
        try
        {
            return new FileStream(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException error)
        {
            throw new CliException(ExitCode.Conflict, $"Another process follows {dataset} into the same place.") { Where = folder, Fix = $"Let one of them write. {error.Message}" };
        }
    }

    /// <summary>Puts a reading that is whole in the place of the one before.</summary>
    void Finish()
    {
        if (!State.Whole || !Directory.Exists(Fresh))
            return;
        if (Directory.Exists(Records))
            Directory.Delete(Records, recursive: true);
        Directory.Move(Fresh, Records);
    }

    CopyState ReadState()
    {
        if (!File.Exists(StateFile))
            return new CopyState(null, 1, false);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(StateFile));
            var state = document.RootElement;
            if (state.Text("dataset") != dataset)
                throw new CliException(ExitCode.Conflict, $"The folder holds a copy of {state.Text("dataset")}, not of {dataset}.") { Where = folder, Fix = "Give each dataset a folder of its own." };
            return new CopyState(state.Text("cursor"), state.Number("reading") ?? 1, state.Flag("whole"));
        }
        catch (JsonException error)
        {
            throw new CliException(ExitCode.Failed, $"The state of the copy cannot be read: {error.Message}") { Where = StateFile, Fix = "Remove the folder and follow anew." };
        }
    }

    void WriteState(CopyState state)
    {
        Write(StateFile, JsonSerializer.Serialize(new { dataset, cursor = state.Cursor, reading = state.Reading, whole = state.Whole }, Json.Indented));
        State = state;
    }

    /// <summary>Replaces a file in one step, so that whoever reads it sees the old text or the new one.</summary>
    static void Write(string file, string text)
    {
        var next = file + ".next";
        using (var stream = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            stream.Write(utf8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }
        File.Move(next, file, overwrite: true);
    }
}
