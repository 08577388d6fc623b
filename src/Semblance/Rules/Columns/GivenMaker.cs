using System.Text;
using Semblance.Data;

namespace Semblance.Rules;

/// <summary>Another source for each case: the rows of a case are made as a part of their own.</summary>
internal sealed class GivenMaker(int column, string[] keys, RowExpression[] conditions, ColumnMaker[] cases, ColumnMaker? otherwise) : ColumnMaker
{
    public override Column Make(RowFrame frame)
    {
        var chosen = new int[frame.Count];
        if (column >= 0) ByValue(frame, chosen);
        else ByCondition(frame, chosen);
        var sizes = new int[cases.Length + 1];
        foreach (var c in chosen) sizes[c]++;
        var places = Array.ConvertAll(sizes, size => new int[size]);
        Array.Clear(sizes);
        for (var i = 0; i < chosen.Length; i++) places[chosen[i]][sizes[chosen[i]]++] = i;

        var parts = new List<Column>();
        var order = new int[frame.Count];
        var at = 0;
        for (var c = 0; c <= cases.Length; c++)
        {
            if (places[c].Length == 0) continue;
            var maker = c < cases.Length ? cases[c] : otherwise;
            parts.Add(maker is null ? Gaps.None(Schema, places[c].Length) : maker.Make(frame.Part(places[c])));
            foreach (var place in places[c]) order[place] = at++;
        }
        if (parts.Count == 0) return Gaps.None(Schema, 0);
        return parts.Count == 1 ? parts[0].WithSchema(Schema) : Column.Concatenate(Schema, [.. parts]).Take(order);
    }

    private void ByValue(RowFrame frame, int[] chosen)
    {
        var given = frame.Column(column);
        if (given is CategoryColumn category)
        {
            var byLevel = Array.ConvertAll(category.Levels, CaseOf);
            for (var i = 0; i < chosen.Length; i++) chosen[i] = category.Codes[i] < 0 ? cases.Length : byLevel[category.Codes[i]];
            return;
        }
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(64);
        for (var i = 0; i < chosen.Length; i++)
        {
            buffer.ResetWrittenCount();
            given.WriteText(i, buffer);
            chosen[i] = given.IsMissing(i) ? cases.Length : CaseOf(Encoding.UTF8.GetString(buffer.WrittenSpan));
        }
    }

    private int CaseOf(string value) => Array.IndexOf(keys, value) is >= 0 and var c ? c : cases.Length;

    private void ByCondition(RowFrame frame, int[] chosen)
    {
        Array.Fill(chosen, cases.Length);
        var truths = new byte[frame.Count];
        for (var c = conditions.Length - 1; c >= 0; c--)
        {
            conditions[c].Truths(frame, truths);
            for (var i = 0; i < chosen.Length; i++)
                if (truths[i] == Kleene.True) chosen[i] = c;
        }
    }
}
