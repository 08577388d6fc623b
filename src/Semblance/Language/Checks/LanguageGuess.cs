namespace Semblance.Language;

/// <summary>
/// The language of a text, by its script or by its commonest words. It says nothing rather than something wrong: too short a text, or one in which no language leads clearly, has none.
/// </summary>
internal static class LanguageGuess
{
    private static readonly (string Language, HashSet<string> Words)[] Common =
    [
        ("en", Set("the and of to in is that it was for on are with as they at be this have from or had by not but what all were we when your can said there use an each which she do how their if will up about out many then them these so some her would him into has my me you")),
        ("de", Set("der die das und ist nicht mit ein eine den von zu auf für sich des im dem auch als an es er sie wir ich bei aus nach wird sind war haben hat oder aber wie noch nur mehr über so zum zur kann wenn dass")),
        ("fr", Set("le la les et est des un une du que en dans pour pas qui sur au avec ce il je plus par se ne nous vous sont mais ont été cette ou elle aux être leur comme fait son sa ses si tout")),
        ("es", Set("el los las y es que del un una por con para se no su lo como más pero sus le ya este sí porque esta entre cuando muy sin sobre también me hasta hay donde quien desde nos durante uno ni ese eso mi")),
        ("it", Set("il di che è la un una per non con sono le si da come del della più ma anche nel gli ha alla dei lo questo nella era tra quando sul essere loro hanno cosa io mi ci se")),
        ("pt", Set("o os as de que e do da em um uma para com não é por mais dos como mas foi ao ele das tem seu sua ou ser quando muito nos já está eu também só pelo pela até isso")),
        ("nl", Set("de het een en van ik te dat die in is niet op zijn er maar met voor wat ze hij je zo aan dit ook als bij nog uit heeft dan naar kan worden door wordt hebben was haar ons")),
        ("pl", Set("nie i w się na z do to że jest jak po co tak za od ale czy już o tego ma by tylko jego być przez dla są ich może gdy lub który która oraz został")),
    ];

    /// <summary>Code of ISO 639-1 (<c>en de fr es it pt nl pl ru ja zh ko ar el he hi th</c>), or null.</summary>
    public static string? Of(string text)
    {
        var scripts = new Dictionary<string, int>(StringComparer.Ordinal);
        var letters = 0;
        foreach (var c in text)
        {
            if (!char.IsLetter(c)) continue;
            letters++;
            var script = c switch
            {
                < '\u0250' => "latin",
                >= '\u0370' and < '\u0400' => "el",
                >= '\u0400' and < '\u0530' => "ru",
                >= '\u0590' and < '\u0600' => "he",
                >= '\u0600' and < '\u0780' => "ar",
                >= '\u0900' and < '\u0980' => "hi",
                >= '\u0E00' and < '\u0E80' => "th",
                >= '\u3040' and < '\u3100' => "ja",
                >= '\uAC00' and < '\uD7B0' => "ko",
                >= '\u4E00' and < '\uA000' => "han",
                _ => "",
            };
            scripts[script] = scripts.GetValueOrDefault(script) + 1;
        }
        if (letters < 8) return null;
        int Share(string script) => scripts.GetValueOrDefault(script) * 100 / letters;
        if (Share("ja") >= 10) return "ja";
        if (Share("han") >= 50) return "zh";
        foreach (var script in (ReadOnlySpan<string>)["el", "ru", "he", "ar", "hi", "th", "ko"])
            if (Share(script) >= 50) return script;
        return Share("latin") < 80 ? null : Latin(text);
    }

    private static string? Latin(string text)
    {
        var words = text.ToLowerInvariant().Split([' ', '\n', '\t', ',', '.', '!', '?', ';', ':', '"', '(', ')', '\'', '’', '-'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 6) return null;
        (string? Language, int Hits) best = (null, 0), second = (null, 0);
        foreach (var (language, common) in Common)
        {
            var hits = words.Count(common.Contains);
            if (hits > best.Hits) (second, best) = (best, (language, hits));
            else if (hits > second.Hits) second = (language, hits);
        }
        return best.Hits * 8 >= words.Length && best.Hits >= second.Hits * 1.3 + 1 ? best.Language : null;
    }

    private static HashSet<string> Set(string words) => [.. words.Split(' ')];
}
