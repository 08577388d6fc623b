using System.Globalization;
using System.Text;
using Semblance.Numerics;

namespace Semblance.Samples;

/// <summary>
/// A hospital's visits, all invented: nobody in it exists. It has what real tables have and generators stumble over: an id, times, numbers that hang together,
/// two columns that say the same (icd, diagnosis), spikes at zero, gaps with a cause, a rare class, zip codes with leading zeros, and a target
/// (<c>readmitted</c>) that can be foretold in part. The same bytes on every machine: Philox streams and plain arithmetic.
/// </summary>
public static class ClinicTable
{
    /// <summary>Rows in <c>samples/clinic.csv</c>.</summary>
    public const int Rows = 4000;

    private sealed record Diagnosis(string Icd, string Name, string Department, double Weight, double Age, double Stay, double Severity, double Return);

    private static readonly Diagnosis[] Diagnoses =
    [
        new("I50", "heart failure", "cardiology", 9, 76, 7.5, 0.62, 0.22),
        new("I21", "myocardial infarction", "cardiology", 5, 68, 6.0, 0.70, 0.12),
        new("I48", "atrial fibrillation", "cardiology", 7, 71, 3.5, 0.35, 0.08),
        new("J18", "pneumonia", "pulmonology", 8, 66, 6.5, 0.50, 0.09),
        new("J44", "chronic obstructive pulmonary disease", "pulmonology", 7, 69, 6.0, 0.48, 0.19),
        new("E11", "type 2 diabetes", "internal medicine", 8, 63, 4.5, 0.32, 0.11),
        new("N39", "urinary tract infection", "internal medicine", 6, 61, 4.0, 0.28, 0.05),
        new("A41", "sepsis", "internal medicine", 3, 70, 11.0, 0.85, 0.16),
        new("K35", "appendicitis", "surgery", 6, 34, 3.0, 0.25, 0.00),
        new("K80", "gallstones", "surgery", 7, 54, 3.2, 0.25, 0.02),
        new("S72", "hip fracture", "orthopaedics", 6, 79, 10.5, 0.50, 0.07),
        new("M17", "knee osteoarthritis", "orthopaedics", 8, 67, 6.5, 0.15, 0.00),
        new("I63", "stroke", "neurology", 6, 73, 9.0, 0.66, 0.10),
        new("G40", "epilepsy", "neurology", 4, 42, 4.0, 0.38, 0.09),
        new("O80", "childbirth", "obstetrics", 9, 30, 3.0, 0.08, -0.02),
        new("F10", "alcohol withdrawal", "psychiatry", 3, 47, 6.0, 0.40, 0.20),
    ];

    // Made-up districts; those in the north begin with zero.
    private static readonly (string Zip, double Weight, double Wealth)[] Districts =
    [
        ("01067", 9, 0.4), ("01069", 6, 0.6), ("01097", 8, 0.3), ("04103", 12, 0.5), ("04107", 5, 0.8), ("06108", 7, 0.2), ("07743", 6, 0.5), ("09111", 8, 0.3),
        ("10115", 14, 0.6), ("10117", 4, 0.9), ("12043", 11, 0.2), ("13347", 9, 0.2), ("14193", 3, 1.0), ("20095", 5, 0.6), ("22765", 4, 0.5),
    ];

    /// <summary>The whole table as CSV with LF line ends.</summary>
    public static string Csv()
    {
        var csv = new StringBuilder("visit_id,admitted,discharged,age,sex,zip,insurance,admission,department,icd,diagnosis,smoker,bmi,systolic_bp,crp,hba1c,prior_visits,medications,icu_hours,length_of_stay,charges,discharge_to,readmitted\n");
        var stream = new RandomStream(new Seed(20240229), "samples/clinic");
        for (var row = 0; row < Rows; row++) Append(csv, row, stream.Sequence(row));
        return csv.ToString();
    }

    private static void Append(StringBuilder csv, int row, RandomSequence random)
    {
        var diagnosis = Diagnoses[Pick(ref random, Diagnoses, d => d.Weight)];
        var birth = diagnosis.Icd == "O80";
        var age = birth ? Clamp(30 + 5.2 * Normal(ref random), 17, 46) : Clamp(diagnosis.Age + 11 * Normal(ref random), 18, 99);
        var sex = birth || random.NextUnit() < 0.51 ? "F" : random.NextUnit() < 0.012 ? "X" : "M";
        var (zip, _, wealth) = Districts[Pick(ref random, Districts, d => d.Weight)];
        var insurance = random.NextUnit() < 0.04 + 0.26 * wealth * wealth ? "private" : random.NextUnit() < 0.03 ? "none" : "public";
        var planned = diagnosis.Icd is "M17" or "K80" or "O80" ? 0.72 : 0.28 - 0.25 * diagnosis.Severity;
        var admission = random.NextUnit() < planned ? "planned" : random.NextUnit() < 0.09 ? "transfer" : "emergency";

        // More visits in winter for lungs and hearts, more by day for planned ones.
        var day = random.NextBelow(730);
        var season = Math.Abs(day % 365 - 182) / 182.0; // 1 in January, 0 in July
        if (diagnosis.Department is "pulmonology" or "cardiology" && random.NextUnit() > 0.55 + 0.45 * season) day = (day + 182) % 730;
        var hour = admission == "planned" ? 7 + random.NextBelow(5) : (int)Clamp(14 + 5.5 * Normal(ref random), 0, 23);
        var admitted = new DateTime(2023, 1, 1).AddDays(day).AddHours(hour).AddMinutes(5 * random.NextBelow(12));

        var smokes = random.NextUnit() + (diagnosis.Icd is "J44" ? 0.45 : diagnosis.Icd is "F10" or "I21" ? 0.2 : 0);
        var smoker = smokes > 0.86 ? "current" : smokes > 0.62 ? "former" : "never";
        var bmi = Clamp(26 + (diagnosis.Icd is "E11" ? 4.5 : diagnosis.Icd is "M17" ? 3 : 0) - (age > 80 ? 2.5 : 0) + 4.3 * Normal(ref random), 15, 58);
        var pressure = Clamp(112 + 0.33 * age + 0.6 * (bmi - 26) - (diagnosis.Icd is "A41" ? 32 : 0) + 15 * Normal(ref random), 70, 230);
        var inflamed = diagnosis.Icd is "A41" ? 9 : diagnosis.Icd is "J18" or "K35" or "N39" ? 5.5 : 1.6;
        var wave = Normal(ref random);
        var crp = inflamed * (0.6 + Math.Abs(wave)) * (1 + Math.Abs(wave) * 2.2);
        var sugar = Clamp((diagnosis.Icd is "E11" ? 8.1 : 5.5) + 0.05 * (bmi - 26) + (diagnosis.Icd is "E11" ? 1.3 : 0.45) * Normal(ref random), 4.0, 14.5);

        var frailty = diagnosis.Severity + 0.008 * (age - 60) + 0.18 * Normal(ref random);
        var prior = random.NextUnit() < 0.52 - 0.25 * frailty ? 0 : (int)Clamp(1 + 2.4 * frailty * Math.Abs(Normal(ref random)) + random.NextBelow(2), 1, 14);
        var medications = (int)Clamp(1 + age / 13 + 0.8 * prior + 2.2 * frailty + 1.6 * Normal(ref random), 0, 24);
        var icu = random.NextUnit() < 0.55 * frailty - 0.16 ? (int)Clamp(8 + 40 * frailty * Math.Abs(Normal(ref random)), 2, 400) : 0;
        var stay = (int)Clamp(diagnosis.Stay * (0.55 + 0.5 * Math.Abs(Normal(ref random)) + 0.35 * frailty) + icu / 30.0, 1, 75);
        var discharged = admitted.Date.AddDays(stay);
        var dayRate = diagnosis.Department switch { "cardiology" => 940, "neurology" => 880, "surgery" => 1010, "orthopaedics" => 970, "obstetrics" => 720, "psychiatry" => 560, _ => 690 };
        var charges = 450 + dayRate * stay + 62.5 * icu + 18.4 * medications + (random.NextBelow(20000) - 10000) / 100.0;

        var dies = random.NextUnit() < 0.13 * Math.Max(0, frailty - 0.35) + (icu > 60 ? 0.08 : 0);
        var to = dies ? "died" : diagnosis.Department is "orthopaedics" or "neurology" && random.NextUnit() < 0.45 ? "rehabilitation"
            : age > 78 && random.NextUnit() < 0.22 ? "nursing home" : random.NextUnit() < 0.015 ? "against advice" : "home";
        var risk = -0.10 + 1.6 * diagnosis.Return + 0.11 * Math.Min(prior, 6) + 0.55 * Math.Max(0, frailty - 0.45) + (stay <= 2 && frailty > 0.5 ? 0.15 : 0) + (smoker == "current" ? 0.05 : 0)
            + (to is "against advice" ? 0.40 : 0) + (insurance is "none" ? 0.10 : 0) - (to is "nursing home" ? 0.08 : 0);
        var readmitted = !dies && random.NextUnit() < Clamp(risk, 0.01, 0.92);

        // Gaps with a cause: no scales in an emergency, HbA1c only where somebody asked for it, smoking often not asked of mothers.
        var bmiMissing = random.NextUnit() < (admission == "emergency" ? 0.17 : 0.03);
        var sugarKnown = random.NextUnit() < (diagnosis.Icd is "E11" ? 0.93 : bmi > 30 ? 0.34 : 0.12);
        var smokerKnown = random.NextUnit() < (birth ? 0.55 : 0.94);

        csv.Append("V-").Append((100000 + 7 * row).ToString(CultureInfo.InvariantCulture)).Append(',');
        csv.Append(admitted.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)).Append(',').Append(discharged.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).Append(',');
        csv.Append((int)age).Append(',').Append(sex).Append(',').Append(zip).Append(',').Append(insurance).Append(',').Append(admission).Append(',');
        csv.Append(diagnosis.Department).Append(',').Append(diagnosis.Icd).Append(',').Append(diagnosis.Name).Append(',').Append(smokerKnown ? smoker : "?").Append(',');
        csv.Append(bmiMissing ? "" : Text(bmi, 1)).Append(',').Append((int)pressure).Append(',').Append(Text(crp, 1)).Append(',').Append(sugarKnown ? Text(sugar, 1) : "").Append(',');
        csv.Append(prior).Append(',').Append(medications).Append(',').Append(icu).Append(',').Append(stay).Append(',').Append(Text(charges, 2)).Append(',');
        csv.Append(to).Append(',').Append(readmitted ? "yes" : "no").Append('\n');
    }

    private static string Text(double value, int decimals) => value.ToString(decimals == 1 ? "F1" : "F2", CultureInfo.InvariantCulture);

    private static double Clamp(double value, double low, double high) => Math.Min(high, Math.Max(low, value));

    /// <summary>Nearly normal: the sum of twelve uniforms, less six. Plain additions give the same bits everywhere.</summary>
    private static double Normal(ref RandomSequence random)
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++) sum += RandomStream.Unit(random.NextWord());
        return sum;
    }

    private static int Pick<T>(ref RandomSequence random, T[] items, Func<T, double> weight)
    {
        var at = random.NextUnit() * items.Sum(weight);
        for (var i = 0; i < items.Length - 1; i++)
            if ((at -= weight(items[i])) < 0) return i;
        return items.Length - 1;
    }
}
