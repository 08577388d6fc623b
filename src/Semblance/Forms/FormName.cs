namespace Semblance.Forms;

/// <summary>Compares column names with the words of a form.</summary>
public static class FormName
{
    /// <summary>
    /// Whether a column name holds one of a form's words: <c>customer_email</c>, <c>EmailAddress</c> and <c>e-mail</c> all hold <c>email</c>.
    /// A word with <c>=</c> before it must be the whole name. Words of up to four letters must stand alone between separators or capitals (<c>ssn</c> in <c>user_ssn</c>, <c>mac</c> not in <c>machine</c>).
    /// </summary>
    public static bool Matches(IForm form, string columnName)
    {
        Span<char> squeezed = columnName.Length <= 128 ? stackalloc char[columnName.Length] : new char[columnName.Length];
        Span<bool> starts = columnName.Length <= 128 ? stackalloc bool[columnName.Length + 1] : new bool[columnName.Length + 1];
        starts.Clear();
        var length = 0;
        var boundary = true;
        for (var i = 0; i < columnName.Length; i++)
        {
            var c = columnName[i];
            if (!char.IsLetterOrDigit(c))
            {
                boundary = true;
                continue;
            }
            var camel = i > 0 && char.IsUpper(c) && char.IsLower(columnName[i - 1]);
            starts[length] = boundary || camel;
            squeezed[length++] = char.ToLowerInvariant(c);
            boundary = false;
        }
        starts[length] = true;
        ReadOnlySpan<char> name = squeezed[..length];
        foreach (var word in form.Names)
        {
            if (word[0] == '=')
            {
                if (name.SequenceEqual(word.AsSpan(1))) return true;
                continue;
            }
            for (var at = 0; at + word.Length <= length; at++)
                if (name.Slice(at, word.Length).SequenceEqual(word) && (word.Length > 4 || (starts[at] && starts[at + word.Length])))
                    return true;
        }
        return false;
    }
}
