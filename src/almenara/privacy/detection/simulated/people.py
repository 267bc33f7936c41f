"""SIMULATED: names drawn for the notes. Nobody is meant.

The uncommon ones stand in no list of the detector (a test holds that): what finds them is what stands around them.
"""

from __future__ import annotations

COMMON_GIVEN = {
    "es": (
        "Ana", "Luis", "María", "José", "Carmen", "Pedro", "Lucía", "Miguel", "Camila", "Diego", "Rosa", "Juan",
        "Mateo", "Daniela", "Santiago", "Yesenia", "Brayan", "Kevin", "Milagros", "Esperanza", "Jesús", "Ángel",
        "Julio", "Flor", "Juan Carlos", "María Fernanda", "Luz Marina", "José Luis", "Ana Lucía", "Ximena",
        "Wilmer", "Óscar", "Noemí",
    ),
    "pt": (
        "João", "Maria", "Antônio", "Francisca", "Lucas", "Letícia", "Davi", "Raimunda", "Gabriel", "Vitória", "Luan",
        "Júlia", "Maria Aparecida", "José Carlos", "Ana Clara", "Conceição", "Tiago", "Rita", "Severino", "Luíza",
    ),
    "en": (
        "James", "Keisha", "Andre", "Shanice", "Michael", "Natasha", "Delroy", "Tyrone", "Grace", "Mark",
        "April", "Omari", "Jermaine", "Marcia", "Joseph", "Kimberly", "Rashida", "Peter", "Hope", "Winston",
        "Mary Ann",
    ),
    "fr": (
        "Jean", "Marie", "Pierre", "Guerline", "Emmanuel", "Nadège", "Jean-Claude", "Micheline", "Stanley",
        "Rose-Marie", "Josué", "Chantal", "Wilner", "Mirlande", "Frantz", "Claude", "Camille", "Marie-Ange",
        "Louis",
    ),
}  # fmt: skip
UNCOMMON_GIVEN = {
    "es": (
        "Yuleisy", "Nahomi", "Ixchel", "Wilkin", "Anyelina", "Yorman", "Dulcinea", "Eusebia", "Crispín",
        "Maylin", "Yandel", "Itzel", "Rosmery", "Deivi", "Yoselin", "Eleuterio", "Sixto", "Anacleta", "Duvan",
        "Nicol", "Keyla", "Xóchitl",
    ),
    "pt": (
        "Kauany", "Wesleyanne", "Ubiratan", "Jurema", "Iracema", "Adenilson", "Kethlyn", "Moacir", "Edivânia", "Ruan",
        "Deivison", "Maicon", "Thauany", "Genivaldo", "Janaína", "Cosme",
    ),
    "en": (
        "Shanoya", "Kadeem", "Tevin", "Jahmelia", "Oshane", "Zavier", "Akeelah", "Romario", "Nickeisha",
        "Tajay", "Deneka", "Kerisha", "Rohan", "Odane",
    ),
    "fr": (
        "Wisly", "Naïka", "Kerby", "Daphney", "Evens", "Lovely", "Djennie", "Roodly", "Christelande", "Vladimyr",
        "Fabienne", "Oberson", "Judeline", "Wadson",
    ),
}  # fmt: skip
COMMON_SURNAMES = {
    "es": (
        "Pérez", "Gómez", "Rodríguez", "Quispe", "Mamani", "Cruz", "Reyes", "Martínez", "Flores", "Rojas",
        "Santos", "Vargas", "de la Cruz", "Hernández", "Castillo", "Zambrano", "Torres", "Luna", "Batista",
        "Fuentes", "Díaz", "Ortiz",
    ),
    "pt": (
        "da Silva", "dos Santos", "Souza", "Oliveira", "Pereira", "Lima", "Costa", "do Nascimento",
        "Ferreira", "Rocha", "Alves",
    ),
    "en": (
        "Brown", "Campbell", "Williams", "Clarke", "Reid", "Persaud", "Gordon", "Singh", "Francis", "Green",
        "Bailey", "Grant",
    ),
    "fr": (
        "Jean-Baptiste", "Pierre", "Joseph", "Dorvil", "Louis", "Charles", "Toussaint", "Célestin",
        "Augustin", "Fleury",
    ),
}  # fmt: skip
UNCOMMON_SURNAMES = {
    "es": (
        "Tzunún", "Chumpitaz", "Ñancupil", "Berroa", "Quezada", "Ajpop", "Huenchumán", "Casasola", "Pichardo",
        "Tipán", "Guaillas", "Recinos", "Chiriboga", "Xicará", "Lantigua", "Cutipa", "Matzir", "Bobadilla",
    ),
    "pt": (
        "Tupinambá", "Cavalheiro", "Pataxó", "Figueiredo", "Quintanilha", "Trindade", "Valadares", "Brandão",
        "Bispo",
    ),
    "en": (
        "Wedderburn", "Bartley", "Dookhan", "Chambers", "Sukhdeo", "Lawes", "Blagrove", "Whyte", "Forde",
        "Samaroo",
    ),
    "fr": (
        "Wilguens", "Sainvil", "Orélus", "Cherenfant", "Nozil", "Pétigny", "Valbrun", "Métellus", "Gélin",
        "Ducasse",
    ),
}  # fmt: skip
