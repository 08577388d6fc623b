namespace Semblance.Formats;

/// <summary>Tells the delimiter of a CSV from its first lines: the one that cuts most of them into as many fields as the header.</summary>
internal static class CsvDelimiter
{
    private const int Sample = 1 << 16;
    private static ReadOnlySpan<byte> Candidates => ",;\t|"u8;

    /// <summary>Detects; a comma when nothing speaks for another.</summary>
    /// <param name="start">First bytes of the file.</param>
    /// <param name="whole">Whether these are all of it.</param>
    public static byte Detect(ReadOnlySpan<byte> start, bool whole)
    {
        if (start.Length > Sample)
        {
            start = start[..Sample];
            whole = false;
        }
        var best = (byte)',';
        double bestScore = 0;
        foreach (var candidate in Candidates)
        {
            var score = Score(start, whole, candidate);
            if (score <= bestScore) continue;
            (best, bestScore) = (candidate, score);
        }
        return best;
    }

    // Share of lines with the header's number of fields, then the number of fields; 0 when the header has only one.
    private static double Score(ReadOnlySpan<byte> text, bool whole, byte delimiter)
    {
        int header = 0, fields = 1, lines = 0, same = 0, at = 0;
        var atFieldStart = true;
        while (at < text.Length)
        {
            var b = text[at];
            if (b == '"' && atFieldStart)
            {
                for (at++; at < text.Length; at++)
                {
                    if (text[at] != '"') continue;
                    if (at + 1 >= text.Length || text[at + 1] != '"') break;
                    at++;
                }
            }
            else if (b == delimiter)
            {
                fields++;
                at++;
                atFieldStart = true;
                continue;
            }
            else if (b is (byte)'\n' or (byte)'\r')
            {
                if (!(atFieldStart && fields == 1)) End();
                fields = 1;
                at++;
                atFieldStart = true;
                continue;
            }
            atFieldStart = false;
            at++;
        }
        if (!(atFieldStart && fields == 1) && (whole || header == 0)) End();
        return header <= 1 ? 0 : (lines == 0 ? 1 : (double)same / lines) + Math.Min(header, 5000) * 1e-6;

        void End()
        {
            if (header == 0) header = fields;
            else
            {
                lines++;
                if (fields == header) same++;
            }
        }
    }
}
