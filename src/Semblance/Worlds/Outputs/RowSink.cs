using System.Collections.Immutable;
using Semblance.Data;

namespace Semblance.Worlds;

/// <summary>What names a row beyond what a number can say.</summary>
internal readonly record struct RowId(ulong Event, long Account, CampaignSpec? Kind, long Campaign);

/// <summary>Takes the rows of one table of a branch, frame by frame: whether they are recorded, how often, and what is seen of them.</summary>
internal sealed class RowSink(OutputSpec output, CellBuffer[] cells, Frame frame, WorldModel model)
{
    private int room, rows;

    public void Reserve(int count)
    {
        room = output.Duplicates.Any(d => d is not null) ? 2 * count : count;
        foreach (var cell in cells) cell.Reserve(room);
    }

    /// <summary>Adds the row that stands in the frame.</summary>
    /// <param name="which">Which of the table's frames it is.</param>
    /// <param name="number">What its random numbers belong to.</param>
    /// <param name="id">Its names.</param>
    public void Add(int which, long number, RowId id)
    {
        frame.Random = output.Stream.Sequence(number);
        if (output.When[which] is { } when && when.Eval(frame) != 1) return;
        if (output.Loss[which] is { } loss && frame.Random.NextUnit() < loss.Eval(frame)) return;
        var twice = output.Duplicates[which] is { } duplicates && frame.Random.NextUnit() < duplicates.Eval(frame);
        var start = frame.Random;
        Write(which, id);
        if (!twice) return;
        frame.Random = start; // the same row again
        Write(which, id);
    }

    public Table ToTable()
    {
        foreach (var cell in cells) cell.Reserve(rows);
        return new Table([.. cells.Select(c => c.ToColumn())]);
    }

    private void Write(int which, RowId id)
    {
        rows++;
        for (var c = 0; c < cells.Length; c++)
        {
            var column = output.Columns[c];
            var cell = column.Cells[which];
            var marker = -1;
            var value = cell.Value?.Eval(frame) ?? double.NaN;
            foreach (var gap in cell.Gaps)
                if (gap.When.Eval(frame) == 1 && marker < 0) marker = gap.Marker;
            if (column.Id == IdOf.None)
            {
                cells[c].Add(value, marker);
                continue;
            }
            var text = cells[c].Text();
            var length = 0;
            if (marker < 0)
                switch (column.Id)
                {
                    case IdOf.Entity when value >= 0:
                        column.Form!.Write((long)value, text);
                        length = column.Form.Length;
                        break;
                    case IdOf.Event:
                        EventIds.Write(id.Event, text);
                        length = EventIds.Length;
                        break;
                    case IdOf.Account when id.Account >= 0:
                        model.AccountId!.Write(id.Account, text);
                        length = model.AccountId.Length;
                        break;
                    case IdOf.Campaign when id.Kind?.Kind.Id is { } form:
                        form.Write(id.Campaign, text);
                        length = form.Length;
                        break;
                }
            cells[c].EndText(length);
        }
    }
}
