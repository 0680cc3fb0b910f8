using Exchange.Engine.Mapping.Terms;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping;

/// <summary>The columns that a mapping may use, remembering those that it does.</summary>
internal sealed class SourceColumns(IReadOnlyList<SourceColumn> columns)
{
    readonly SortedSet<int> used = [];

    public IReadOnlyList<SourceColumn> Used => [.. used.Select(index => columns[index])];

    public IReadOnlyCollection<string> Names => [.. columns.Select(column => column.Name)];

    /// <summary>A term that reads the column; null when there is none of that name.</summary>
    public ColumnTerm? Find(string name, Cleaning cleaning)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Name != name)
                continue;
            used.Add(i);
            return new ColumnTerm(i, columns[i], cleaning);
        }
        return null;
    }
}
