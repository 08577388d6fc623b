using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Semblance.Reports;

/// <summary>Finished markup: nothing in it is escaped again.</summary>
internal readonly record struct Html(string Markup)
{
    public static Html Empty => new("");

    public bool IsEmpty => string.IsNullOrEmpty(Markup);

    public override string ToString() => Markup ?? "";
}

/// <summary>
/// Builds markup from interpolated strings. The literal parts are markup, every hole is data and is escaped, so that a column named
/// <c>&lt;script&gt;</c> can't become one: safety does not hang on remembering a call.
/// </summary>
internal sealed class HtmlBuilder
{
    private readonly StringBuilder text = new();

    /// <summary>Appends markup; holes are escaped unless they are <see cref="Html"/>.</summary>
    public HtmlBuilder Add([InterpolatedStringHandlerArgument("")] ref Hole markup)
    {
        _ = markup;
        return this;
    }

    /// <summary>Appends finished markup.</summary>
    public HtmlBuilder Add(Html markup)
    {
        text.Append(markup.Markup);
        return this;
    }

    public Html ToHtml() => new(text.ToString());

    /// <summary>Text as markup. Characters that XML and HTML do not allow become U+FFFD.</summary>
    public static void Escape(ReadOnlySpan<char> data, StringBuilder output)
    {
        for (var i = 0; i < data.Length; i++)
        {
            var c = data[i];
            switch (c)
            {
                case '&': output.Append("&amp;"); break;
                case '<': output.Append("&lt;"); break;
                case '>': output.Append("&gt;"); break;
                case '"': output.Append("&quot;"); break;
                case '\'': output.Append("&#39;"); break;
                case '\t' or '\n' or '\r': output.Append(' '); break;
                case < ' ' or '\u007f' or '\ufffe' or '\uffff': output.Append('\ufffd'); break;
                // Direction overrides would let a value rewrite the line it stands on.
                case (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069'): output.Append('\ufffd'); break;
                default:
                    if (char.IsHighSurrogate(c) && i + 1 < data.Length && char.IsLowSurrogate(data[i + 1])) output.Append(c).Append(data[++i]);
                    else output.Append(char.IsSurrogate(c) ? '\ufffd' : c);
                    break;
            }
        }
    }

    /// <summary>What the compiler hands the parts of an interpolated string to.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Hole
    {
        private readonly StringBuilder text;

        public Hole(int literalLength, int formattedCount, HtmlBuilder builder) => text = builder.text;

        public void AppendLiteral(string markup) => text.Append(markup);

        public void AppendFormatted(string? data) => Escape(data, text);

        public void AppendFormatted(ReadOnlySpan<char> data) => Escape(data, text);

        public void AppendFormatted(Html markup) => text.Append(markup.Markup);

        /// <summary>A coordinate: one decimal is a tenth of a pixel. Anything a reader sees goes through <see cref="Figures"/>.</summary>
        public void AppendFormatted(double coordinate) =>
            text.Append(double.IsFinite(coordinate) ? coordinate.ToString("0.#", CultureInfo.InvariantCulture) switch { "-0" => "0", var s => s } : "0");
    }
}
