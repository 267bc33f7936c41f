"""SIMULATED: sentences that were written after the rules of the detector and never used to change them.

What is promised of the detector is measured on these.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sentences:
    PERSONAL: tuple[str, ...]
    NEUTRAL: tuple[str, ...]


UNSEEN = {
    "es": Sentences(
        PERSONAL=(
            "La docente comentó que {given} se duerme en clase y que su hermano {given2} ya no se inscribió.",
            "En la entrevista, {full} contó que lava carros con un primo.",
            "Comparece {full2}, mayor de edad, {doc}, y expone lo siguiente.",
            "Beneficiario: {full} / Responsable: {full2} / Tel.: {phone}",
            "Le pedimos a {given2} que guarde los recibos.",
            "- {full}, 11 años, quinto grado",
            "Mensaje de la señora {family}: «el niño sigue en el taller».",
            "Para avisos: {phone_untold} o {email}",
            "Quedó a cargo de {full2}, {doc}, hasta la audiencia.",
            "La mamá de {given} trabaja de noche en una maquila.",
            "Referido por el profesor {family}. Se abrió ficha a nombre de {full}.",
            "{full2} firmó el compromiso y {given} volvió a clases el lunes.",
        ),
        NEUTRAL=(
            "Se verificó en {institution} que hay cupo para el turno matutino.",
            "El recorrido cubrió {street} y dos fincas de tabaco en {place}.",
            "Actividad del 12 de junio: Día Mundial contra el Trabajo Infantil.",
            "Se citó la {law} durante la capacitación a inspectores.",
            "Cosecha de octubre a febrero; jornal de {amount}.",
            "Acta 14, folio 233, tomo 5, del {date}.",
            "Próxima mesa interinstitucional: {institution}, Salón Bolívar.",
            "Estrategia Nacional 2021-2025, línea 3, meta 2: 1.850 familias.",
            "Temperatura máxima 39 °C; el agua viene de un pozo a 600 metros.",
            "Kilómetro 12 de la Autopista Duarte, antes del peaje.",
            "El radio cubre Villa Mella, Los Guaricanos y Sabana Perdida.",
            "Cuenta con acta del Comité Local y con el visto bueno de Salud Pública.",
            "Los padrinos son vecinos y comparten la cocina.",
            "Turno 1: 06:00-14:00. Turno 2: 14:00-22:00.",
        ),
    ),
    "pt": Sentences(
        PERSONAL=(
            "A professora comentou que {given} dorme na aula e que o irmão {given2} nem se matriculou.",
            "Na entrevista, {full} contou que lava carros com um primo.",
            "Compareceu {full2}, maior de idade, {doc}, e declarou o que segue.",
            "Beneficiário: {full} / Responsável: {full2} / Tel.: {phone}",
            "Pedimos a {given2} que guarde os recibos.",
            "- {full}, 11 anos, quinto ano",
            "Mensagem da senhora {family}: “o menino continua na oficina”.",
            "Para avisos: {phone_untold} ou {email}",
            "Ficou sob os cuidados de {full2}, {doc}, até a audiência.",
            "A mãe de {given} trabalha à noite numa facção de costura.",
            "{full2} assinou o compromisso e {given} voltou às aulas na segunda.",
        ),
        NEUTRAL=(
            "Verificou-se no {institution} que há vaga no turno da manhã.",
            "O percurso cobriu a {street} e duas roças de fumo em {place}.",
            "Atividade de 12 de junho: Dia Mundial contra o Trabalho Infantil.",
            "Citou-se a {law} na capacitação dos auditores.",
            "Safra de outubro a fevereiro; diária de {amount}.",
            "Ata 14, folha 233, livro 5, de {date}.",
            "Plano Nacional 2021-2025, eixo 3, meta 2: 1.850 famílias.",
            "Temperatura máxima de 39 °C; a água vem de um poço a 600 metros.",
            "Quilômetro 12 da Rodovia dos Bandeirantes, antes do pedágio.",
            "A rede atende Cidade Tiradentes, Itaquera e Guaianases.",
            "Turno 1: 06:00-14:00. Turno 2: 14:00-22:00.",
            "Os padrinhos são vizinhos e dividem a cozinha.",
        ),
    ),
    "en": Sentences(
        PERSONAL=(
            "The teacher mentioned that {given} falls asleep in class and that his brother {given2} never enrolled.",
            "In the interview {full} described washing cars with a cousin.",
            "Present: {full2}, of full age, {doc}, who states as follows.",
            "Beneficiary: {full} / Guardian: {full2} / Tel.: {phone}",
            "We asked {given2} to keep the receipts.",
            "- {full}, 11 years, grade five",
            "Message from Mrs {family}: “the boy is still at the garage”.",
            "For notices: {phone_untold} or {email}",
            "Placed in the care of {full2}, {doc}, until the hearing.",
            "The mother of {given} works nights at a call centre.",
            "{full2} signed the agreement and {given} returned to class on Monday.",
        ),
        NEUTRAL=(
            "{institution} confirmed a place in the morning shift.",
            "The round covered {street} and two tobacco farms near {place}.",
            "Activity of 12 June: World Day Against Child Labour.",
            "The {law} was quoted in the training of inspectors.",
            "Harvest runs October to February; a day pays {amount}.",
            "Minutes 14, page 233, volume 5, of {date}.",
            "National Strategy 2021-2025, line 3, target 2: 1,850 families.",
            "Maximum temperature 39 °C; water comes from a well 600 metres away.",
            "Mile 12 on the Southern Main Road, before the toll.",
            "The route serves Half Way Tree, Cross Roads and Papine.",
            "Shift 1: 06:00-14:00. Shift 2: 14:00-22:00.",
            "Godparents live next door and share the kitchen.",
        ),
    ),
    "fr": Sentences(
        PERSONAL=(
            "L'institutrice signale que {given} dort en classe et que son frère {given2} n'est plus inscrit.",
            "Pendant l'entretien, {full} raconte qu'il lave des voitures avec un cousin.",
            "A comparu {full2}, majeure, {doc}, qui déclare ce qui suit.",
            "Bénéficiaire : {full} / Responsable : {full2} / Tél. : {phone}",
            "Nous avons demandé à {given2} de garder les reçus.",
            "- {full}, 11 ans, cinquième année",
            "Message de Mme {family} : « le garçon est encore au garage ».",
            "Pour prévenir : {phone_untold} ou {email}",
            "Confié à {full2}, {doc}, jusqu'à l'audience.",
            "La mère de {given} travaille la nuit dans un atelier.",
            "{full2} a signé l'engagement et {given} est retourné en classe lundi.",
        ),
        NEUTRAL=(
            "Une place est libre à {institution} le matin.",
            "La tournée a couvert {street} et deux champs de tabac à {place}.",
            "Activité du 12 juin : Journée mondiale contre le travail des enfants.",
            "La {law} a été citée pendant la formation des inspecteurs.",
            "Récolte d'octobre à février ; la journée est payée {amount}.",
            "Procès-verbal 14, page 233, tome 5, du {date}.",
            "Stratégie nationale 2021-2025, axe 3, cible 2 : 1 850 familles.",
            "Température maximale 39 °C ; l'eau vient d'un puits à 600 mètres.",
            "Au kilomètre 12 de la Route Nationale 2, avant le péage.",
            "Le réseau couvre Martissant, Fontamara et Carrefour-Feuilles.",
            "Équipe 1 : 06:00-14:00. Équipe 2 : 14:00-22:00.",
            "Les parrains sont des voisins et partagent la cuisine.",
        ),
    ),
}
