using System.Collections.Immutable;

namespace Semblance.Forms;

/// <summary>
/// A written form of something in the world: an e-mail address, a card number, a postal address. It both recognises texts of its form and makes new ones that can't reach
/// a living person: reserved domains, documentation addresses, telephone numbers kept for fiction, checksum-valid numbers from ranges that are not issued.
/// One file per form, one line in <see cref="FormCatalog"/>.
/// </summary>
public interface IForm
{
    /// <summary>Stable id: <c>email</c>, <c>card</c>, <c>iban</c>.</summary>
    string Id { get; }

    /// <summary>Name for a person: <c>payment card number</c>.</summary>
    string Title { get; }

    /// <summary>What a match proves.</summary>
    FormProof Proof { get; }

    /// <summary>Whether a column of this form tells who somebody is or where to reach them.</summary>
    bool IsPersonal { get; }

    /// <summary>Words by which a column of this form is named, lower case without separators: <c>email</c>, <c>mail</c>, <c>ssn</c>. Compared with <see cref="FormName"/>.</summary>
    ImmutableArray<string> Names { get; }

    /// <summary>Whether a text (UTF-8, white space at the ends not allowed) has this form, checksum included.</summary>
    bool Recognises(ReadOnlySpan<byte> utf8);

    /// <summary>How many different texts <see cref="Make"/> can give.</summary>
    ulong Room { get; }

    /// <summary>
    /// A safe text of this form. A pure function: entropies below <see cref="Room"/> give different texts, greater ones wrap around.
    /// Everything made is recognised.
    /// </summary>
    /// <param name="entropy">Any 64-bit number; uniform numbers give texts as varied as the form allows.</param>
    string Make(ulong entropy);
}

/// <summary>What it proves that a text has a form.</summary>
public enum FormProof
{
    /// <summary>Little: many other things are written so (a date, ten digits). Only the column's name makes it likely.</summary>
    Context,
    /// <summary>Much: hardly anything else is written so (an e-mail address).</summary>
    Syntax,
    /// <summary>A check digit holds, which a random text of the same shape does in one of ten to a hundred cases: it takes many cells to prove it.</summary>
    Checksum,
    /// <summary>Its words are on a list of known words (given names).</summary>
    Words,
}
