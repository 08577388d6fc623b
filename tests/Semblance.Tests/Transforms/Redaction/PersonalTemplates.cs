namespace Semblance.Tests.Transforms;

/// <summary>Sentences with holes for personal data (labelled) and for things that look like it (not labelled).</summary>
internal static class PersonalTemplates
{
    public static string[] Positive { get; } = """
        My name is {person} and I need help with my account.
        Hi, this is {person}. My card was declined at {company}.
        Dear {person}, your order {order} has shipped.
        Please contact {person} at {email}.
        You can reach me at {phone} after 5 pm.
        Call me on {phone}, please.
        Her phone number is {phone} and her email is {email}.
        The patient, {person}, was born on {dob}.
        Patient {person}, DOB: {dob}, NHS number {nhs}.
        I live at {street}.
        Please deliver to {street} before noon.
        Send it to {person}, {street}.
        The applicant was born in {place} on {dob}.
        I moved from {place} to {place} in 2019.
        My SSN is {ssn}.
        Social security number: {ssn}
        Card {card} was charged twice for {price}.
        my card number is {card}, expiry 09/27
        Please refund the money to {iban}.
        IBAN: {iban}, BIC: COBADEFFXXX
        National insurance number {nino} was not found.
        Her NI number is {nino}.
        PESEL {pesel}
        The employee ({person}, PESEL: {pesel}) signed the contract.
        Login from {ipv4} was blocked.
        Failed password for root from {ipv4} port 22
        The device {mac} joined the network.
        Traffic from {ipv6} was dropped.
        Mr. {family} called again about the invoice.
        Mrs {family} wants to change her address.
        Dr. {family} will see you at 10:30.
        Dr {person} signed the report.
        Frau {family} wohnt in {place}.
        Herr {person}, geboren am {dob}
        Thanks, {given}
        Hello {given}, how are you?
        Regards,\n{person}
        Best regards, {person}
        I spoke to {given} about it yesterday.
        {given} said that the parcel never arrived.
        {person} <{email}> wrote:
        From: {person} <{email}>
        To: {email}; cc: {email}
        Email: {email}
        e-mail {email} bounced
        Write to {email}.
        mailto:{email}
        "{email}" is not registered.
        Contact ({email}) or phone ({phone}).
        Tel: {phone} / Fax: {phone}
        Tel. {phone}
        phone={phone}
        Mobile: {phone}
        Text me: {phone}
        WhatsApp {phone} works best.
        My new number is {phone}, the old one no longer works.
        Emergency contact: {person}, {phone}
        Customer: {person}\nAddress: {street}\nPhone: {phone}
        Name: {person}
        Full name: {person}, date of birth {dob}
        Surname: {family}
        Customer {person} complained about the delay.
        Client {person} has moved to {street}.
        {person} lives at {street} with two cats.
        {person} lives in {place}.
        {person} works for {company} in {place}.
        {person} and {person} are married.
        We met {person} at the office.
        The landlord, {person}, did not answer.
        The tenant {person} owes {price}.
        Witness {person} saw the car at {time}.
        The report was written by {person}.
        Signed by {person} on {date}.
        Approved by {person}.
        Ask {person} for the key.
        {person}'s account was closed.
        {given}'s laptop is broken.
        Is {person} still working there?
        Could you tell {person} that I called?
        A message from {person}: call back.
        Account holder: {person}; IBAN {iban}
        The account {iban} belongs to {person}.
        {person} paid {price} with card {card}.
        Charge {card} for the order {order}.
        Visa {card} exp 11/26
        Amex {card}
        The number on the card is {card}.
        credit card: {card}
        She was born {dob} in {place}.
        Date of birth: {dob}
        DOB {dob}
        birthday: {dob}
        Born on {dob}, she grew up in {place}.
        The twins were born on {dob}.
        We flew from {place} to {place} on {date}.
        I am from {place}.
        He is based in {place}.
        Our daughter studies in {place}.
        Delivery to {place} takes 3 days.
        My address has changed to {street}.
        Address: {street}
        Ship to: {street}
        The house at {street} was sold for {price}.
        New address: {street}.
        She moved to {street} last May.
        Meet me at {street} at {time}.
        The parcel was left at {street}.
        User {email} logged in from {ipv4} at {time}.
        {date} {time} client {ipv4} GET /index.html 200
        src={ipv4} dst={ipv4} proto=tcp
        ping {ipv4} failed
        host {ipv6} unreachable
        ARP: {ipv4} is at {mac}
        MAC address {mac}
        Please update my email to {email} and my phone to {phone}.
        My email address is {email}, thank you.
        I forgot my password, my login is {email}
        The invoice should go to {email}, not to {email}.
        Reach out to {given} ({email}) for details.
        Kind regards, {person}, {company}
        Sincerely,\n{person}\n{street}\n{phone}
        {person}, {place}
        Passenger {person} missed the flight to {place}.
        Cardholder: {person}
        cardholder {person}, card {card}
        Driver {given} was rated 4.9.
        Nurse {given} gave the second dose.
        My husband {given} lost his card.
        My sister {given} lives in {place}.
        My friend {given} recommended you.
        My boss {person} never replies.
        {given} and {given} are on holiday.
        Hey {given}, lunch at 12:30?
        Good morning {given}, your appointment is on {date}.
        I'm {person} and I was born on {dob}.
        I am {person}, customer since 2015.
        The names are {person} and {person}.
        Attn: {person}
        Prof. {family} teaches statistics.
        Ms {person} is the new director of {company}.
        Monsieur {family} habite à {place}.
        Señora {family} vive en {place}.
        Je m'appelle {person}.
        Me llamo {person}.
        Call {given} on {phone} or mail {email}.
        ssn: {ssn}, phone: {phone}
        SSN {ssn} / DOB {dob}
        The caller gave {ssn} as social security number.
        The form shows NI number {nino} and birth date {dob}.
        His NHS no. is {nhs}.
        NHS: {nhs}
        {person} ({nhs} NHS) was admitted on {date}.
        Transfer {price} to {iban} by {date}.
        Konto {iban}, Empfänger {person}
        Please pay to IBAN {iban}; reference {order}.
        Your appointment with Dr {family} is on {date} at {time}.
        Caller ID {phone}
        voicemail from {phone}
        Missed call from {phone} at {time}
        sms to {phone} failed
        Contact number {phone}
        You may call {phone} for support.
        If lost, return to {person}, {street}, or phone {phone}.
        Interview with {person} ({email}) moved to {date}.
        Candidate {person}, {phone}, {email}
        Applicant {person} lives near {place}.
        Ticket {order} opened by {person} ({email}).
        Ticket {order}: {given} can't log in.
        Employee {person} resigned on {date}.
        Uncle {given} sends his love from {place}.
        The driver's name is {person}.
        {person} wrote on {date}: the item is broken.
        Sent from {given}'s phone
        The buyer, {person} of {place}, paid {price}.
        No one at {street} answered the door.
        """.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static string[] Negative { get; } = """
        Order {order} was placed on {date} at {time}.
        Your order number is {order}.
        Invoice {order} over {price} is due on {date}.
        Tracking number {tracking} shows no progress.
        Tracking: {tracking}
        Upgrade to version {version} before {date}.
        v{version} fixes the crash.
        Build {version} failed after {int} seconds.
        Firmware {version} is installed.
        The price rose from {price} to {price}.
        Total: {price}
        I was charged {price} twice.
        It costs {price} for {int} pieces.
        {date} {time} INFO worker started in {int} ms
        {date}T{time}Z job {int} done
        Timestamp {milli}
        created_at={milli}
        id={uuid}
        Request {uuid} took {int} ms.
        commit {hash} broke the build
        sha256 {hash}
        ISBN {isbn}
        ISBN {isbn} is out of print.
        SKU {sku} is sold out.
        Part number {sku} does not fit.
        Item {sku}, quantity {int}
        Serial {serial}
        Serial number {serial} is not registered.
        Ticket {order} is still open.
        Case {order} was closed on {date}.
        Booking reference {order}
        Confirmation {order} was sent.
        Transaction {tracking} is pending.
        The meeting is on {date} at {time}.
        The offer ends on {date}.
        Delivered on {date}.
        Due date: {date}
        Released {date}
        From {date} to {date} we are closed.
        My top up of {price} failed at {time}.
        Why was I charged {price}?
        How do I change my PIN?
        The Card Was Declined Again
        Please Mark As Read
        Mark all items as read.
        Grace period ends in {int} days.
        May I have a refund?
        Will the card arrive by {date}?
        April and June are busy months.
        The August report is late.
        Rose petals and olive oil, {price}.
        Jack of all trades.
        The Jordan river is {int} km long.
        The Victoria line is delayed.
        The Harris tweed is {price}.
        A Baker's dozen is 13.
        Brown rice is {price} a kilo.
        Green tea, {int} bags.
        Young people spend {int} hours online.
        The Cook book has {int} recipes.
        King size bed, {price}
        Price per unit: {price}
        Long queues at the counter.
        Bill me later.
        Frank Sinatra Airport is closed.
        {company} reported a loss of {price}.
        {company} announced version {version}.
        Shares of {company} fell {int} %.
        I bought a Kelly Services voucher.
        The University of Leeds has {int} students.
        Berlin Airport opened late.
        The London Bridge is {int} m long.
        The Paris agreement was signed.
        French fries and Danish pastry.
        The German bank raised its fee to {price}.
        Windows {version} and Office {int}
        Python {version} is supported.
        Chrome/{version} Safari/{version}
        section 4.2.1.3 of the manual
        See chapter 12.4 and table 3.1.
        Rule 10.1.2.3 does not apply.
        GET /api/v2/items/{int}?page={int} 200
        error code {int} at line {int}
        Exit status {int}
        ratio 0.{tracking}
        pi is 3.14159265358979
        The value is 0.1234567890.
        1,234,567,890 people
        {int} + {int} = {int}
        Room {int}, floor 3
        Flight BA{int} leaves at {time}.
        Platform 9 at {time}
        Bus 42 runs every 10 minutes.
        Chapter 7 Section 3 Page {int}
        2 large boxes on the way
        3 High Speed trains
        10 Downing points lost
        Sizes 38, 40 and 42 are in stock.
        The temperature was -12.5 degrees.
        Coordinates 52.5200, 13.4050
        lat=48.858370 lon=2.294481
        resolution 1920x1080 at 60 Hz
        Model XR-{int}-{int} is out.
        Policy {order} expires {date}.
        Batch {tracking}
        Lot {sku} recalled
        UPC {upc}
        EAN {upc}
        barcode {upc}
        epoch {milli} ms
        PO {order}
        Ref. {order}
        Reference: {tracking}
        Use code SAVE{int} at checkout.
        Coupon {sku} gives {int} % off.
        Open Monday to Friday {time} to {time}
        The exchange rate is 1.0{int}.
        Top {int} songs of 2019
        In 2019 Main Street was closed.
        Since 2015 Park Avenue is one-way.
        Vaccines were first tested on {date}.
        The company was founded on {date}.
        Patch 10.0.19045.{int} is out.
        Kernel 5.15.0-{int} is stable.
        DOI 10.1000/{int}
        OID 1.3.6.1.4.1
        score 3-2 after {int} minutes
        a 50-50 chance
        5-10 working days
        24/7 support
        9/11 documentary
        call back in 5 minutes
        the phone costs {price}
        phone model {sku}
        My phone was stolen, what now?
        The card is black.
        I need a card for my account.
        Where is my card?
        Thanks for your help!
        Hello, I need help.
        Hi there, any news?
        Hi Team, the build is red.
        Dear Customer, your parcel is late.
        Dear Sir or Madam, I disagree.
        Dear Hiring Manager, I apply for the job.
        Regards, The Support Team
        Best wishes from all of us
        Is Apple Pay supported?
        Does Google Pay work in stores?
        I used Western Union to send {price}.
        Monday Tuesday Wednesday
        AM or PM?
        TODO: FIX THIS BEFORE {date}
        WARNING: DISK {int} % FULL
        std::vector<int> a(10); b::c();
        if (x == 10) return a[3];
        x-{int}-y-{int}
        SELECT * FROM orders WHERE id = {int};
        user_id {int} has role admin
        @everyone please read
        Follow us @acme on social media
        The #1 choice since 1999
        """.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
