namespace Exchange.Hub.Demo.City;

/// <summary>A file as a department's night job leaves it: whole or not there, and stamped with the night of the story.</summary>
static class NightlyFile
{
    /// <summary>Puts a file in the place of the old one.</summary>
    /// <param name="path">Its final place.</param>
    /// <param name="day">Day of the story; the stamp is 03:00 of that day, so that a store need not wait to see the file unchanged.</param>
    /// <param name="write">Writes the draft of the given path.</param>
    public static void Replace(string path, int day, Action<string> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = path + ".new";
        File.Delete(draft);
        write(draft);
        File.SetLastWriteTimeUtc(draft, Census.DateOf(day).ToDateTime(new TimeOnly(3, 0), DateTimeKind.Utc));
        File.Move(draft, path, overwrite: true);
    }
}
