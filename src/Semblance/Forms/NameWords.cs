using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Semblance.Forms;

/// <summary>Common given and family names of several languages, ASCII. Short on purpose: enough to see that a column holds names, and to make believable ones.</summary>
internal static class NameWords
{
    public static ImmutableArray<string> Given { get; } = [..
        ("Adam Agnes Ahmed Aisha Albert Alex Alexander Alice Alicia Amanda Amelia Amir Amy Ana Anders Andrea Andrew Angela Anita Anna Anne Anthony Antonio Arthur Astrid Barbara Ben Benjamin Bernd Betty " +
         "Brenda Brian Bruno Camille Carla Carlos Carmen Carol Caroline Catherine Charles Charlotte Chen Chloe Chris Christian Christina Christopher Clara Claire Claudia Cynthia Daniel David Deborah Dennis " +
         "Diana Diego Dmitri Donald Donna Dorothy Edward Elena Elias Elisa Elizabeth Ella Emil Emily Emma Eric Ethan Eva Fatima Felix Fernando Fiona Florian Francesca Frank Gabriel Gary George Gerald Giulia " +
         "Gloria Grace Greta Gregory Hannah Hans Harold Hassan Heather Heidi Helen Helena Henrik Henry Hiroshi Hugo Ibrahim Ines Ingrid Irene Isabel Isabella Ivan Jack Jacob James Jan Jane Janet Jason Javier " +
         "Jean Jeffrey Jennifer Jeremy Jessica Joan Johan Johanna John Jonas Jonathan Jose Joseph Joshua Joyce Juan Judith Julia Julian Julie Karen Karin Karl Katarina Katharina Kathleen Keith Kelly Kenneth " +
         "Kenji Kevin Klaus Larry Lars Laura Lauren Lea Leila Lena Leo Leon Linda Lisa Louis Louise Luca Lucas Lucia Luis Lukas Magda Marco Margaret Maria Marie Marina Mario Mark Marta Martha Martin Mary " +
         "Mateo Matthew Megan Melissa Michael Michelle Miguel Mila Mohamed Monika Nancy Natalia Nathan Nicholas Nicolas Nicole Nina Noah Nora Olga Oliver Olivia Omar Oscar Pablo Pamela Patricia Patrick Paul " +
         "Paula Pedro Peter Petra Philip Pierre Priya Rachel Rafael Raj Ralph Rebecca Richard Robert Roger Ronald Rosa Ruth Ryan Samantha Samuel Sandra Sara Sarah Scott Sean Sharon Simon Sofia Sophia Sophie " +
         "Stefan Stephanie Stephen Steven Susan Sven Teresa Theo Theresa Thomas Timothy Tobias Tom Ursula Valentina Victor Victoria Vincent Walter Wei William Yasmin Yuki Yusuf Zoe").Split(' ')];

    public static ImmutableArray<string> Family { get; } = [..
        ("Adams Ahmed Albrecht Alexander Allen Alonso Alvarez Anderson Andersson Bailey Baker Barnes Bauer Becker Bell Bennett Berg Bernard Bianchi Brooks Brown Butler Campbell Carter Castro Chen Clark " +
         "Collins Cook Cooper Costa Cox Cruz Davis Diaz Dubois Edwards Eriksson Evans Fernandez Ferrari Fischer Fisher Flores Foster Fournier Garcia Gomez Gonzalez Gonzales Green Griffin Gupta Gutierrez " +
         "Hall Hansen Harris Hernandez Hoffmann Howard Hughes Ivanov Jackson Jenkins Jensen Jimenez Johansson Johnson Jones Keller Kelly Khan Kim Klein Koch Kowalski Kumar Lambert Larsen Laurent Lefebvre " +
         "Lewis Li Lopez Martin Martinez Meyer Miller Mitchell Moore Morales Moreau Moreno Morgan Morris Mueller Murphy Myers Nakamura Nelson Nguyen Nielsen Novak Nowak Olsen Ortiz Parker Patel Perez " +
         "Peterson Petit Phillips Popov Powell Ramirez Ramos Reyes Richardson Richter Rivera Roberts Robinson Rodriguez Rogers Romano Ross Rossi Roux Ruiz Russo Sanchez Sanders Santos Sato Schmidt " +
         "Schneider Schulz Scott Silva Singh Smith Suzuki Svensson Takahashi Tanaka Taylor Thomas Thompson Torres Tremblay Turner Vargas Vasquez Wagner Walker Wang Ward Watson Weber Williams Wilson " +
         "Wright Yamamoto Yang Young Zhang Zimmermann").Split(' ')];

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> GivenSet =
        Given.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> FamilySet =
        Family.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool IsGiven(ReadOnlySpan<byte> word) => Contains(GivenSet, word);

    public static bool IsFamily(ReadOnlySpan<byte> word) => Contains(FamilySet, word);

    /// <summary>One capitalised word of letters, hyphens and apostrophes: what a name looks like.</summary>
    public static bool LooksLikeName(ReadOnlySpan<byte> word)
    {
        if (word.Length is < 2 or > 40 || !(AsciiText.IsUpper(word[0]) || word[0] >= 0x80)) return false;
        foreach (var b in word)
            if (!AsciiText.IsLetter(b) && b < 0x80 && b is not ((byte)'-' or (byte)'\'')) return false;
        return true;
    }

    private static bool Contains(FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> set, ReadOnlySpan<byte> word)
    {
        if (word.Length is < 2 or > 16) return false;
        Span<char> chars = stackalloc char[16];
        for (var i = 0; i < word.Length; i++)
        {
            if (!AsciiText.IsLetter(word[i])) return false;
            chars[i] = (char)word[i];
        }
        return set.Contains(chars[..word.Length]);
    }
}
