using Spectre.Console;
using Spectre.Console.Rendering;

namespace Exchange.Cli.Output;

/// <summary>
/// Text for people on one of the two streams. On a terminal it has colours and keeps to the width; in a file or a pipe
/// it is plain, is never wrapped or cut, and no line ends in blanks.
/// </summary>
sealed class Screen
{
    const int Unlimited = 1 << 16;

    readonly TextWriter writer;

    public Screen(TextWriter writer, Terminal? terminal, bool noColour)
    {
        this.writer = writer;
        IsTerminal = terminal is not null;
        IsLive = terminal is { Ansi: true };
        Width = terminal?.Width ?? Unlimited;
        Console = Create(writer, IsLive, IsLive && !noColour, Width);
    }

    /// <summary>A person looks at it.</summary>
    public bool IsTerminal { get; }

    /// <summary>Lines already written can be written over.</summary>
    public bool IsLive { get; }

    public int Width { get; }

    public IAnsiConsole Console { get; }

    /// <summary>Writes one line of markup; what is put in is escaped and made visible.</summary>
    public void Line(FormattableString markup)
    {
        var visible = markup.GetArguments().Select(argument => (object?)Markup.Escape(CellText.Visible($"{argument}"))).ToArray();
        Write(new Markup(string.Format(System.Globalization.CultureInfo.InvariantCulture, markup.Format, visible)));
    }

    public void Blank() => writer.WriteLine();

    /// <summary>Writes something and ends the line.</summary>
    public void Write(IRenderable content)
    {
        if (IsTerminal)
        {
            Console.Write(content);
            if (content is Markup)
                Console.WriteLine();
            return;
        }
        using var text = new StringWriter();
        Create(text, ansi: false, colour: false, Unlimited).Write(content);
        foreach (var line in text.ToString().TrimEnd('\n').Split('\n'))
            writer.WriteLine(line.TrimEnd());
    }

    static IAnsiConsole Create(TextWriter writer, bool ansi, bool colour, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = ansi ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
