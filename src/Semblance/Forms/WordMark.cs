namespace Semblance.Forms;

/// <summary>What a word says about what stands beside it.</summary>
[Flags]
internal enum WordMark
{
    None = 0,
    /// <summary>A common given name.</summary>
    Given = 1 << 0,
    /// <summary>A common family name.</summary>
    Family = 1 << 1,
    /// <summary>A town or country.</summary>
    Place = 1 << 2,
    /// <summary>A name that is an everyday word, or a place, as well: Mark, Grace, Baker.</summary>
    Ambiguous = 1 << 3,
    /// <summary>No name, though it may begin with a capital: the first word of a sentence, a month, a nationality.</summary>
    Stop = 1 << 4,
    /// <summary>Mr, Dr, Frau: a name follows.</summary>
    Title = 1 << 5,
    /// <summary>Ltd, University, Airport: what stands before it names no person.</summary>
    Organisation = 1 << 6,
    /// <summary>Street, Road.</summary>
    StreetEnd = 1 << 7,
    /// <summary>Rue, Via, Calle: the street's name follows.</summary>
    StreetLead = 1 << 8,
    /// <summary>patient, named, Dear: a name follows, listed or not.</summary>
    Introduces = 1 << 9,
    /// <summary>Hi, thanks, I am: a listed name, or two capitalised words, may follow.</summary>
    Greets = 1 << 10,
    /// <summary>in, from, near: a place may follow.</summary>
    Whereabouts = 1 << 11,
    /// <summary>van, de, bin: between the words of a name.</summary>
    Particle = 1 << 12,
    /// <summary>A month by name.</summary>
    Month = 1 << 13,
    /// <summary>call, tel, mobile.</summary>
    Phone = 1 << 14,
    /// <summary>card, visa, pan.</summary>
    Card = 1 << 15,
    /// <summary>ssn, social.</summary>
    SocialSecurity = 1 << 16,
    /// <summary>nhs.</summary>
    Nhs = 1 << 17,
    /// <summary>pesel.</summary>
    Pesel = 1 << 18,
    /// <summary>born, dob.</summary>
    Born = 1 << 19,
    /// <summary>order, invoice, sku: the number after it is a thing's.</summary>
    Order = 1 << 20,
    /// <summary>version, build: the number after it is software's.</summary>
    Version = 1 << 21,
    /// <summary>Jr, PhD: after a name, and no part of it.</summary>
    AfterName = 1 << 22,
    /// <summary>Hi, regards, I am: two capitalised words after it are a name, listed or not.</summary>
    Hails = 1 << 23,
    /// <summary>Apt, Flat, Suite: part of an address.</summary>
    Unit = 1 << 24,
    /// <summary>signed, approved: with "by", a name follows.</summary>
    Authored = 1 << 25,
}
