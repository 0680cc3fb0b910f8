using System.Text;
using Spectre.Console;

namespace Exchange.Cli.Output;

/// <summary>Makes text from sources fit for a screen.</summary>
static class CellText
{
    const char ControlPictures = '\u2400';
    const char DeletePicture = '\u2421';

    /// <summary>
    /// Shows control characters as pictures (U+2400 and on): a row from a legacy system must neither break a table
    /// nor drive the terminal with escape sequences.
    /// </summary>
    public static string Visible(string text)
    {
        if (!text.Any(char.IsControl))
            return text;
        var visible = new StringBuilder(text.Length);
        foreach (var c in text)
            visible.Append(c switch
            {
                < ' ' => (char)(ControlPictures + c),
                '\u007f' => DeletePicture,
                _ when char.IsControl(c) => '\ufffd',
                _ => c,
            });
        return visible.ToString();
    }

    /// <summary>Columns that the text takes on a screen; wide characters take two.</summary>
    public static int Width(string text) => text.GetCellWidth();

    /// <summary>Cuts to a width, showing with an ellipsis that something is missing.</summary>
    public static string Clip(string text, int width)
    {
        if (text.Length <= width / 2 || Width(text) <= width)
            return text;
        var kept = new StringBuilder();
        var used = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var character = rune.ToString();
            used += Width(character);
            if (used > width - 1)
                break;
            kept.Append(character);
        }
        return kept.Append('…').ToString();
    }
}
