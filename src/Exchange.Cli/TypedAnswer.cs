using System.Text;

namespace Exchange.Cli;

/// <summary>Reads what a person types at the terminal.</summary>
static class TypedAnswer
{
    /// <summary>The answer to a prompt, which stands on standard error: standard output belongs to data.</summary>
    public static string? To(string prompt, bool hidden)
    {
        Console.Error.Write(prompt);
        return hidden ? Hidden() : Console.ReadLine()?.Trim();
    }

    static string Hidden()
    {
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
                break;
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }
        Console.Error.WriteLine();
        return typed.ToString();
    }
}
