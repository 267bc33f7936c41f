"""SIMULATED: sentences of notes in French; {full} {given} {family} are a person's names."""

PERSONAL = (
    "Visite chez {full}, {age} ans, {street}.",
    "Le garçon {given} dit avoir quitté l'école en {month}.",
    "{full} travaille dans un dépôt de charbon depuis 5 h.",
    "{full} a déclaré que son fils {given2} aide le week-end.",
    "Selon la mère, {given} porte des sacs au marché trois jours par semaine.",
    "Nous avons parlé avec Mme {family}, qui accepte la visite.",
    "M. {family} possède la ferme et paie {amount} par jour.",
    "Il est le fils de {full2} et de {full}.",
    "L'enfant s'appelle {full} et aura {age} ans en {month}.",
    "La grand-mère, {full2}, {doc}, a la garde de l'enfant.",
    "Responsable : {full2}, {doc}, téléphone {phone}.",
    "Convenu d'appeler {given2} au {phone} lundi.",
    "Contact : {phone_untold} ({full2}, tante maternelle).",
    "Le courriel de la conseillère est {email}.",
    "{given} n'a pas voulu parler devant son beau-père.",
    "Hier {full} est venu avec son frère {given2} au dispensaire.",
    "NOM : {full}. {doc}.",
    "Signé par {full2}, {doc}.",
    "la fille {small} est souvent absente",
    "Son institutrice, Mlle {family}, confirme les absences.",
    "Frères et sœurs : {given} ({age} ans) et {given2} (4 ans).",
    "Le patron, {full2}, nie que {given} utilise la scie.",
    "{given} vend des bonbons à la gare avec sa cousine {given2}.",
    "WhatsApp de la voisine {given2} : {phone}.",
    "Dr {family} a examiné la main de {given}.",
    "Vit avec {full2} depuis la mort de la mère.",
)
NEUTRAL = (
    "La famille habite {street}, près de {institution}.",
    "Une place a été demandée à {institution} pour {month}.",
    "Le {date}, la plainte a été déposée à {institution}.",
    "La {law} et la Convention 182 de l'OIT s'appliquent.",
    "Le ménage gagne {amount} par mois.",
    "À {place}, il y a {count} enfants dans la canne, selon le recensement de 2022.",
    "La journée va de 8 h 30 à 12 h et de 14 h à 17 h 45.",
    "Le trajet de {place} à {place2} prend trois heures.",
    "Le dossier 2024-001387 et la lettre 0451-2024 sont transmis à {institution}.",
    "De 2019-2023, la fréquentation a baissé à {place}.",
    "Elle pèse 38,5 kg et mesure 1,42 m.",
    "La parcelle a 12 500 m2 et donne 3 200 kg de café.",
    "Le Programme National de Cantines Scolaires verse {amount}.",
    "Pâques, Noël et le Carnaval sont les jours de plus forte vente.",
    "Risques : pesticides, machette et charges de plus de 25 kg.",
    "La réunion aura lieu à {institution}, deuxième étage.",
    "Le Code du travail a été expliqué à la famille.",
    "Aucune blessure. Dort bien et mange deux fois par jour.",
    "Population : 1 234 567 habitants ; 48 210 ménages.",
    "Pour le transport, la Mairie répond qu'il n'y a pas de budget.",
    "L'équipe revient en {month} avec l'appui de l'UNICEF.",
    "Le pont de la Rivière Grise est coupé depuis lundi.",
)
STREETS = (
    "rue Toussaint Louverture", "avenue Jean-Paul II", "rue Capois, n° 14", "boulevard Jean-Jacques Dessalines",
    "impasse Lavaud", "quartier Saint-Martin", "route de Frères", "rue Charlemagne Péralte",
)  # fmt: skip
INSTITUTIONS = (
    "l'Hôpital Justinien", "l'École Nationale Jean-Marie Guilloux", "le Ministère des Affaires Sociales",
    "le Lycée Alexandre Pétion", "l'Institut du Bien-Être Social", "la Fondation Paul Gérin-Lajoie",
    "le Tribunal pour enfants", "l'Église Saint-Pierre", "le Centre Hospitalier Sainte-Marie", "le Marché Salomon",
)  # fmt: skip
PLACES = (
    "Port-au-Prince", "Cap-Haïtien", "Saint-Marc", "Croix-des-Bouquets", "Fort-de-France", "Saint-Laurent-du-Maroni",
    "Les Cayes", "Pointe-à-Pitre", "Jacmel", "Fort-Liberté", "Petit-Goâve", "Anse-à-Veau",
)  # fmt: skip
LAWS = ("loi du 5 juin 2003", "loi n° 2014-1", "loi 98-11")
AMOUNTS = ("2 500 gourdes", "150 €", "45,50 euros", "US$ 200")
DATES = ("12/05/2024", "3 avril 2023", "2024-11-07", "15.08.2022", "mardi 9 janvier")
MONTHS = ("janvier", "mars", "avril", "août", "novembre")
