"""SIMULATED: sentences of notes in English; {full} {given} {family} are a person's names."""

PERSONAL = (
    "Home visit to {full}, aged {age}, at {street}.",
    "The boy {given} says he stopped going to school in {month}.",
    "{full} works at a car wash from 5 a.m.",
    "{full} reported that her son {given2} helps at weekends.",
    "According to his mother, {given} carries bags in the market three days a week.",
    "We spoke with Mrs {family}, who agreed to the visit.",
    "Mr. {family} owns the farm and pays {amount} a day.",
    "He is the son of {full2} and {full}.",
    "The child is called {full} and turns {age} in {month}.",
    "The grandmother, {full2}, {doc}, has care of the child.",
    "Guardian: {full2}, {doc}, telephone {phone}.",
    "Agreed to call {given2} on {phone} on Monday.",
    "Contact: {phone_untold} ({full2}, aunt).",
    "The counsellor's e-mail is {email}.",
    "{given} did not want to talk in front of his stepfather.",
    "Yesterday {full} came with his brother {given2} to the clinic.",
    "NAME: {full}. {doc}.",
    "Signed by {full2}, {doc}.",
    "the girl {small} is often absent",
    "Her teacher, Miss {family}, confirms the absences.",
    "Siblings: {given} ({age} years) and {given2} (4 years).",
    "The employer, {full2}, denies that {given} uses the saw.",
    "{given} sells sweets at the bus park with cousin {given2}.",
    "WhatsApp of the neighbour {given2}: {phone}.",
    "Dr. {family} looked at the cut on {given}'s hand.",
    "Lives with {full2} since the mother died.",
)
NEUTRAL = (
    "The family lives at {street}, near {institution}.",
    "A place was requested at {institution} for {month}.",
    "On {date} the complaint was filed with {institution}.",
    "The {law} and ILO Convention 182 apply.",
    "The household earns {amount} a month.",
    "In {place} there are {count} children in sugar cane, says the 2022 census.",
    "Shifts run from 8:30 to 12:00 and from 14:00 to 17:45.",
    "The trip from {place} to {place2} takes three hours.",
    "Case file 2024-001387 and letter 0451-2024 went to {institution}.",
    "School attendance in {place} fell over 2019-2023.",
    "Weighs 38.5 kg and is 1.42 m tall.",
    "The farm has 12,500 m2 and yields 3,200 kg.",
    "The Programme of Advancement Through Health and Education pays {amount}.",
    "Easter, Emancipation Day and Christmas are the busiest days.",
    "There is risk from pesticides, cutlasses and loads above 25 kg.",
    "The meeting will be at {institution}, second floor.",
    "The Child Care and Protection Act was explained to the family.",
    "No injuries were seen. Sleeps well and eats twice a day.",
    "Population: 1,234,567 people; 48,210 households.",
    "On transport, the Parish Council answered that there is no budget.",
    "The team returns in {month} with support from UNICEF.",
    "May and June are the months of the mango harvest.",
    "Invoice 000123456 for {amount} of books.",
)
STREETS = (
    "14 Marcus Garvey Drive", "Norman Manley Boulevard", "22 Queen Elizabeth Road", "Sir Alexander Bustamante Highway",
    "Lot 8, Robert Village", "Church Street", "King George Avenue", "Errol Barrow Lane",
)  # fmt: skip
INSTITUTIONS = (
    "Victoria Jubilee Hospital", "St. Mary's Primary School", "the Ministry of Labour", "the Edna Manley College",
    "Holy Trinity High School", "the Child Protection and Family Services Agency", "Cornwall Regional Hospital",
    "the Family Court", "Queen's College", "the Eric Williams Medical Centre", "Coronation Market",
)  # fmt: skip
PLACES = (
    "Port of Spain", "Montego Bay", "St. Ann's Bay", "Georgetown", "New Amsterdam", "San Fernando", "Spanish Town",
    "Port Antonio", "Linden", "Saint Lucia", "Morant Bay", "Belmopan",
)  # fmt: skip
LAWS = ("Education Act of 1965", "Act 12 of 2004", "Labour Law 99/2013", "Child Labour Act")
AMOUNTS = ("J$ 15,000", "TT$ 2,500.00", "200 dollars", "US$ 45.50")
DATES = ("12/05/2024", "3 April 2023", "2024-11-07", "August 15, 2022", "Tuesday 9 January")
MONTHS = ("January", "March", "April", "August", "November")
