using System.Runtime.CompilerServices;

namespace Semblance.Forms;

/// <summary>
/// The words that a search for forms inside texts knows, by the hash of their lower-case bytes in one table of open addressing: a word of a text costs one hash and, as a rule, one probe.
/// </summary>
internal static class SearchWords
{
    private const int Bits = 13;
    private static readonly ulong[] Hashes = new ulong[1 << Bits];
    private static readonly WordMark[] Marks = new WordMark[1 << Bits];

    static SearchWords()
    {
        foreach (var word in NameWords.Given) Add(word, WordMark.Given);
        foreach (var word in NameWords.Family) Add(word, WordMark.Family);
        foreach (var place in PlaceForm.Known)
            if (!place.Contains(' ')) Add(place, WordMark.Place);
        Add(Ambiguous, WordMark.Ambiguous);
        Add(Stops, WordMark.Stop);
        Add("mr mrs ms miss dr prof professor sir madam herr frau madame monsieur mme mlle señor señora senor senora sra signor signora sig rev capt sgt", WordMark.Title);
        Add("inc ltd llc plc gmbh corp corporation company co ag bank university college school hospital clinic airport station hotel museum church cathedral stadium arena park bridge tower " +
            "castle foundation institute society group holdings partners bakery pharmacy restaurant cafe supermarket theatre center centre award prize cup league lake river mount mountain island bay " +
            "beach county district valley station terminal square palace library academy studio studios records pictures motors airlines insurance", WordMark.Organisation | WordMark.Stop);
        Add("street st road rd avenue ave lane ln drive dr court ct way place pl boulevard blvd square sq terrace crescent close gardens grove parkway pkwy highway hwy row mews", WordMark.StreetEnd);
        Add("rue via calle avenida viale piazza plaza", WordMark.StreetLead);
        Add("dear named patient customer client employee applicant cardholder tenant passenger attn attention surname firstname lastname fullname heiße heisse llamo m'appelle appelle nephew niece " +
            "husband wife colleague boss landlord witness undersigned holder candidate nurse driver sister brother mother father son daughter friend uncle aunt cousin neighbour neighbor", WordMark.Introduces);
        Add("hi hello hey thanks thank regards sincerely cheers yours faithfully am i'm im bye love signed by with from to for ask asked tell told met meet and or said says " +
            "manager agent doctor teacher contact cc bcc sender recipient author", WordMark.Greets);
        Add("hi hello hey regards sincerely am i'm im signed spoke speaking faithfully thanks", WordMark.Hails);
        Add("signed approved written opened prepared reviewed reported completed authored submitted posted sent", WordMark.Authored);
        Add("apt apartment flat suite unit", WordMark.Unit);
        Add("in from near to at around outside visiting visit visited leaving left toward towards reached via city town place aus nach bei à en desde hacia", WordMark.Whereabouts);
        Add("van von de da del della di dos das der den ten ter zu bin ibn al la le du st", WordMark.Particle);
        Add("january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec " +
            "januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre novembre décembre", WordMark.Month | WordMark.Stop);
        Add("monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun", WordMark.Stop);
        Add("call phone telephone tel mobile cell cellphone fax whatsapp ring dial text sms reach telefon handy numéro teléfono móvil landline hotline voicemail handynummer rufnummer callback", WordMark.Phone);
        Add("card visa mastercard amex credit debit pan creditcard ccn karte kreditkarte carte tarjeta maestro", WordMark.Card);
        Add("ssn social security ss# itin", WordMark.SocialSecurity);
        Add("nhs", WordMark.Nhs);
        Add("pesel", WordMark.Pesel);
        Add("born dob birth birthdate birthday bday d.o.b geboren geburtsdatum né née nacido nacida naissance nacimiento geb", WordMark.Born);
        Add("order invoice ref reference ticket case tracking serial sku part item product transaction txn confirmation booking batch lot parcel shipment isbn issn ean upc gtin quote receipt policy " +
            "po imei asset bug issue commit job request id code barcode catalogue catalog model voucher coupon pin timestamp epoch checksum hash hex bestellung rechnung bestellnummer rechnungsnummer " +
            "commande facture pedido factura total sum amount doi pmid folio gl ledger", WordMark.Order);
        Add("version ver release build firmware v section chapter clause figure table appendix paragraph article rule kernel driver package update patch snmp oid windows python chrome office java android ios linux", WordMark.Version);
        Add("jr sr phd md esq ii iii iv mba dds", WordMark.AfterName | WordMark.Stop);
    }

    // Listed names that stand in texts as something else too.
    private const string Ambiguous =
        "grace mark frank jack jan victoria charlotte diego jose rosa carmen george mary marina martin paul leo mario luca lea ella eva ana nora olga max ray bill will may rose april june summer " +
        "joy faith hope art rich sue pat rob drew chase dean gene miles guy dale glen earl chris ben tom jean joan ruth sara carol gloria magda marco juan petra raj theo sean scott kelly ross gary " +
        "baker barnes bell berg brooks brown butler campbell carter castro chen clark collins cook cooper costa cox cruz fisher foster green griffin hall harris howard hughes jackson jenkins kim klein " +
        "koch lambert lewis li long martin miller mitchell moore morgan morris murphy nelson parker petit phillips powell reyes rivera roberts robinson rogers romano rossi ruiz santos sanders " +
        "sato silva thompson torres turner walker ward watson weber wilson wright yang young price king wood white black keller adams bailey allen becker bauer wagner zimmermann laurent";

    // Words that begin sentences, headings and titles; what they begin is no name.
    private const string Stops =
        "the a an i i'm i've i'd i'll my your his her its our their this that these those there here what when where why who whom whose which how if then else and or but not no nor yes so as at by for from in into of " +
        "on off onto out over per than to under until up upon via with within without about above after again against all also although always am any anyone anything are aren't around ask asked away back be because been before " +
        "being below best better between both bring build buy call called came can can't cannot change check choose click close come complete confirm contact contacted continue could create customer customers date day days " +
        "deal dear deliver delivery did didn't do does doesn't don't done down due during each early either email end enter error even ever every everyone everything except extra fax few file final find first follow forward found free " +
        "full further gave general get give given go going gone good got great had happy has have haven't having he hello help her here's hers hey hi hope however i'm important include information inside instead invoice is isn't it " +
        "it's item join just keep know last late later learn leave left less let let's like list live load log long look lost made mail main make many maybe me mean meet meeting message might mine miss monthly more most move mr much " +
        "must name need never new next nice nobody none note nothing notice now number offer office often ok okay old once one online only open option order orders other others ours own page paid part pay payment people phone " +
        "play please point post press price print private problem process product public put question quick quite read ready really receive received refund regarding regards remember reply report request return review right run " +
        "said sale same save saw say says second see seems select send sent service set several shall she ship should show sign since sir some someone something sorry start status stay still stop store such support sure system take " +
        "talk team tell test text thank thanks thing think time today together tomorrow tonight too total tracking transfer try turn two unable unless update urgent us use used user value very view visit wait want warning was wasn't we " +
        "we'd we'll we're we've web week weekly welcome well went were weren't while whoever whole whoever's win wish won't word work world would write wrong year years yesterday yet you you'd you'll you're you've yours zero " +
        "account address application approved april area august bank board book box business card cash center chapter chief city class club code company computer copy country court credit data daily deposit department director " +
        "district division document east english event exit express figure finance fire floor form french game german global gold government grand guide half hall head health heavy high home hotel house human internal " +
        "international internet island job key king lady large law level library light limited local low management manager map market master media medical member men middle minister mobile model modern money mother motor music national " +
        "natural network night north northern notes object official oil paper park party period photo plan policy police pool power premium president press prime prince program project property province queen quarter radio railway random " +
        "record red region regional registration research river road room royal rule russian saint school science season secretary section security senior series share short silver simple single site small social society software " +
        "south southern spanish special sport spring standard state states station stock story street student study style summer super table tax technical telephone television terms title tower town trade traffic training transport travel " +
        "treaty union united unit university upper valley version video village war water weather west western white winter women wood young zone european american british italian chinese japanese indian dutch swedish polish african " +
        "asian latin christian catholic muslim jewish christmas easter google apple amazon microsoft facebook twitter instagram netflix paypal visa mastercard youtube linkedin whatsapp windows linux android iphone excel java python " +
        "dell intel nvidia oracle cisco ford toyota honda bmw tesla boeing airbus nasa nato unicef " +
        "sales marketing billing accounting friends folks guest subscriber reader students sirs madam ladies gentlemen colleagues valued lord god mum mom dad mummy daddy grandma grandpa auntie uncle sister brother babe baby darling honey sweetheart " +
        "mate guys man boy girl buddy bro dude angel santa claus";

    /// <summary>What is known of a word, whatever its case.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WordMark Of(ReadOnlySpan<byte> word)
    {
        var hash = AsciiText.FoldedHash(word);
        for (var at = (int)(hash >> (64 - Bits)); ; at = at + 1 & (1 << Bits) - 1)
        {
            if (Hashes[at] == hash) return Marks[at];
            if (Hashes[at] == 0) return WordMark.None;
        }
    }

    private static void Add(string words, WordMark mark)
    {
        foreach (var word in words.Split(' '))
        {
            var hash = AsciiText.FoldedHash(System.Text.Encoding.UTF8.GetBytes(word));
            var at = (int)(hash >> (64 - Bits));
            while (Hashes[at] != 0 && Hashes[at] != hash) at = at + 1 & (1 << Bits) - 1;
            Hashes[at] = hash;
            Marks[at] |= mark;
        }
    }
}
