namespace Exchange.Connectors.PostgreSql;

/// <summary>
/// Rows in the text format of COPY (PostgreSQL documentation, COPY, File Formats): one line a row, tabs between the
/// fields, <c>\N</c> for null, and line breaks, tabs and backslashes inside a value written with a backslash.
/// </summary>
sealed class CopyText(Stream source)
{
    const int FillBytes = 64 * 1024;

    byte[] buffer = new byte[4 * FillBytes];
    byte[] scratch = new byte[1024];
    int start;
    int end;
    bool ended;

    /// <summary>Moves to the next row that is already here.</summary>
    public bool TryRow(out ReadOnlySpan<byte> row)
    {
        var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
        row = length < 0 ? default : buffer.AsSpan(start, length);
        start += length + 1;
        return length >= 0;
    }

    /// <summary>Reads more rows. False at the end.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (ended)
            return false;
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        if (buffer.Length - end < FillBytes)
            Array.Resize(ref buffer, buffer.Length * 2);
        // The stream hands out one row at a time; reading on until there are many spares a state machine for each.
        var read = await source.ReadAtLeastAsync(buffer.AsMemory(end), FillBytes, throwOnEndOfStream: false, cancellationToken);
        end += read;
        ended = read < FillBytes;
        return read > 0;
    }

    /// <summary>Takes the next field off a row. False for null.</summary>
    public bool TryField(ref ReadOnlySpan<byte> row, out ReadOnlySpan<byte> value)
    {
        var stop = row.IndexOfAny((byte)'\t', (byte)'\\');
        if (stop < 0 || row[stop] == '\t')
        {
            value = stop < 0 ? row : row[..stop];
            row = stop < 0 ? default : row[(stop + 1)..];
            return true;
        }
        stop = row.IndexOf((byte)'\t');
        var field = stop < 0 ? row : row[..stop];
        row = stop < 0 ? default : row[(stop + 1)..];
        value = field is [(byte)'\\', (byte)'N'] ? default : Unescaped(field);
        return field is not [(byte)'\\', (byte)'N'];
    }

    ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> field)
    {
        if (scratch.Length < field.Length)
            scratch = new byte[field.Length * 2];
        var length = 0;
        for (var i = 0; i < field.Length; i++)
        {
            scratch[length++] = field[i] != '\\' ? field[i] : field[++i] switch
            {
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                (byte)'v' => (byte)'\v',
                var itself => itself,
            };
        }
        return scratch.AsSpan(0, length);
    }
}
