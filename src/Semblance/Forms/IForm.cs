using System.Collections.Immutable;

namespace Semblance.Forms;

/// <summary>
/// A written form of something in the world: an e-mail address, a card number, a street address. It recognises texts of its form and makes new ones that can't reach
/// a living person: reserved domains, documentation addresses, telephone numbers kept for fiction, checksum-valid numbers from ranges that are not issued.
/// One file per form, one line in <see cref="FormCatalog"/>.
/// </summary>
public interface IForm
{
    /// <summary>Stable id: <c>email</c>, <c>card</c>, <c>iban</c>.</summary>
    string Id { get; }

    /// <summary>Name for a person: <c>payment card number</c>.</summary>
    string Title { get; }

    /// <summary>What it takes to believe that a column holds this form.</summary>
    FormProof Proof { get; }

    /// <summary>Whether a text of this form tells who somebody is or how to reach them.</summary>
    bool IsPersonal { get; }

    /// <summary>Words by which columns of this form are named, lower case without separators: <c>email</c>, <c>ssn</c>. Compared by <see cref="FormName.Matches"/>.</summary>
    ImmutableArray<string> Names { get; }

    /// <summary>Whether a text (UTF-8, no white space at its ends) has this form, checksum included.</summary>
    bool Recognises(ReadOnlySpan<byte> utf8);

    /// <summary>
    /// Whether a text could be of this form if something else says so (the column's name, other cells): the same shape, its checksum not tested, separators optional.
    /// Holds wherever <see cref="Recognises"/> holds.
    /// </summary>
    bool Resembles(ReadOnlySpan<byte> utf8) => Recognises(utf8);

    /// <summary>How many different texts <see cref="Make"/> can give.</summary>
    ulong Room { get; }

    /// <summary>
    /// A safe text of this form, ASCII. A pure function: entropies below <see cref="Room"/> give different texts, greater ones wrap around. Everything made is recognised.
    /// </summary>
    /// <param name="entropy">Any 64-bit number; uniform ones give texts as varied as the form allows.</param>
    string Make(ulong entropy);
}

/// <summary>What it takes to believe that a column holds a form.</summary>
public enum FormProof
{
    /// <summary>The column's name: many other things are written the same way (a date).</summary>
    Context,
    /// <summary>A few texts: hardly anything else is written so (an e-mail address).</summary>
    Syntax,
    /// <summary>Check digits that hold in most texts of the shape; a random text of the shape passes in one of ten to a hundred cases.</summary>
    Checksum,
    /// <summary>Most texts are on a list of known words (given names).</summary>
    Words,
}
