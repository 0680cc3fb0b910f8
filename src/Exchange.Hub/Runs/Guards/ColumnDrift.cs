using Exchange.Sdk;

namespace Exchange.Hub.Runs.Guards;

/// <summary>
/// Compares the columns that a source shows now with those of the last publication, before anything is read. What the
/// mapping uses and no longer finds, or finds with another type, holds the run; what it does not use is only noted.
/// </summary>
static class ColumnDrift
{
    /// <param name="was">Columns of the last publication; null before the first.</param>
    /// <param name="now">Columns of this read.</param>
    /// <param name="used">Columns that the mapping reads.</param>
    public static DriftReport Compare(IReadOnlyList<SourceColumn>? was, IReadOnlyList<SourceColumn> now, IReadOnlyCollection<string> used)
    {
        if (was is null)
            return new DriftReport([], []);
        var before = was.ToDictionary(c => c.Name);
        var after = now.ToDictionary(c => c.Name);
        var added = now.Where(c => !before.ContainsKey(c.Name)).ToList();
        var held = new List<HeldChange>();
        var notes = new List<string>();
        foreach (var column in was.Where(c => !after.ContainsKey(c.Name)))
        {
            var isUsed = used.Contains(column.Name);
            if (LikelyRename(column, was, now, added) is { } renamed)
            {
                added.Remove(renamed);
                Tell(isUsed, new HeldChange("renamed", column.Name, column.Name, renamed.Name,
                    $"If {renamed.Name} holds what {column.Name} held, name it in the mapping and run again."));
            }
            else
            {
                Tell(isUsed, new HeldChange("missing", column.Name, column.Name, null,
                    $"Ask the source's owner for column {column.Name}, or take it out of the mapping, and run again."));
            }
        }
        foreach (var column in was.Where(c => after.TryGetValue(c.Name, out var a) && (a.Kind != c.Kind || a.SourceType != c.SourceType)))
        {
            Tell(used.Contains(column.Name), new HeldChange("retyped", column.Name, TypeOf(column), TypeOf(after[column.Name]),
                $"Check that the mapping of {column.Name} still fits, then accept the new type or amend the mapping."));
        }
        notes.AddRange(added.Select(c => $"The source has a new column {c.Name} that the mapping does not use."));
        return new DriftReport(held, notes);

        void Tell(bool holds, HeldChange change)
        {
            if (holds)
                held.Add(change);
            else
                notes.Add($"Column {change.Column} is {change.What}{(change.Now is null ? "" : $": now {change.Now}")}; the mapping does not use it.");
        }
    }

    /// <summary>A new column that is probably the missing one: spelt alike, or the only stranger in the same place.</summary>
    static SourceColumn? LikelyRename(SourceColumn missing, IReadOnlyList<SourceColumn> was, IReadOnlyList<SourceColumn> now, List<SourceColumn> added)
    {
        var alike = added.Where(c => Spelling(c.Name) == Spelling(missing.Name)).Take(2).ToList();
        if (alike.Count == 1)
            return alike[0];
        var place = IndexOf(was, missing);
        return place < now.Count && added.Contains(now[place]) && now[place].Kind == missing.Kind ? now[place] : null;
    }

    static int IndexOf(IReadOnlyList<SourceColumn> columns, SourceColumn column)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Name == column.Name)
                return i;
        }
        return -1;
    }

    static string Spelling(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    static string TypeOf(SourceColumn column) => column.SourceType ?? column.Kind.ToString().ToLowerInvariant();
}

/// <summary>What <see cref="ColumnDrift"/> found.</summary>
/// <param name="Held">Differences that hold the run.</param>
/// <param name="Notes">Differences that do not.</param>
sealed record DriftReport(IReadOnlyList<HeldChange> Held, IReadOnlyList<string> Notes)
{
    /// <summary>The hold, when there is one.</summary>
    public Hold? Hold => Held.Count == 0 ? null : new Hold(
        Runs.Hold.ColumnsChanged,
        $"The source no longer has the columns that the mapping reads: {string.Join(", ", Held.Select(c => $"{c.Column} is {c.What}{(c.What == "renamed" ? $" to {c.Now}" : "")}"))}. Nothing was read.",
        Held);
}
