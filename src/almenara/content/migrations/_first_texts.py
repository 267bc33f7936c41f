"""The pages and terms that a new site begins with: originals in Spanish, each with its three translations."""

# slug → field → es, pt, en, fr
PAGES = {
    "about": {
        "title": (
            "Qué es este observatorio",
            "O que é este observatório",
            "What this observatory is",
            "Ce qu’est cet observatoire",
        ),
        "lede": (
            "Muestra dónde es más probable que niñas y niños trabajen, con qué certeza se sabe y a qué se asocia.",
            "Mostra onde é mais provável que crianças e adolescentes trabalhem, com que certeza se sabe e a que isso se associa.",
            "It shows where children are most likely to be working, how surely that is known, and what it goes with.",
            "Il montre où il est le plus probable que des enfants travaillent, avec quelle certitude on le sait et à quoi c’est lié.",
        ),
        "body": (
            "Las encuestas dicen cuántas niñas y niños trabajan en un país, pero casi nunca en cada municipio. Este sitio une"
            " una encuesta con un censo o con registros y estima el riesgo de cada territorio.\n\nPaíses que se muestran hoy:"
            " {countries}. Municipios con una estimación: {municipalities}.\n\nCada cifra lleva su intervalo, su fuente y la"
            " publicación de la que viene. Donde no se sabe lo bastante, el sitio lo dice y no da ninguna cifra.",
            "As pesquisas dizem quantas crianças e adolescentes trabalham em um país, mas quase nunca em cada município. Este"
            " site une uma pesquisa a um censo ou a registros e estima o risco de cada território.\n\nPaíses mostrados hoje:"
            " {countries}. Municípios com uma estimativa: {municipalities}.\n\nCada número traz seu intervalo, sua fonte e a"
            " publicação de que vem. Onde não se sabe o bastante, o site o diz e não dá número algum.",
            "Surveys say how many children work in a country, but hardly ever in each municipality. This site joins a survey"
            " with a census or with registers and estimates the risk of each territory.\n\nCountries shown today:"
            " {countries}. Municipalities with an estimate: {municipalities}.\n\nEvery figure comes with its interval, its"
            " source and the release that it is from. Where too little is known, the site says so and gives no figure.",
            "Les enquêtes disent combien d’enfants travaillent dans un pays, mais presque jamais dans chaque commune. Ce site"
            " unit une enquête à un recensement ou à des registres et estime le risque de chaque territoire.\n\nPays montrés"
            " aujourd’hui : {countries}. Communes avec une estimation : {municipalities}.\n\nChaque chiffre porte son"
            " intervalle, sa source et la publication dont il vient. Là où l’on en sait trop peu, le site le dit et ne donne"
            " aucun chiffre.",
        ),
    },
    "reading": {
        "title": (
            "Cómo leer las cifras",
            "Como ler os números",
            "How to read the figures",
            "Comment lire les chiffres",
        ),
        "lede": (
            "Una estimación no es un recuento: lo que dice vale para el territorio y nunca para una niña o un niño.",
            "Uma estimativa não é uma contagem: o que ela diz vale para o território e nunca para uma criança.",
            "An estimate is not a count: what it says holds for the territory and never for one child.",
            "Une estimation n’est pas un décompte : ce qu’elle dit vaut pour le territoire et jamais pour un enfant.",
        ),
        "body": (
            "Mire primero el intervalo. Si los de dos municipios se cruzan, su orden puede ser el contrario.\n\nMire después"
            " cuántas niñas y niños hay detrás de la tasa: un municipio grande de riesgo medio puede tener más trabajo"
            " infantil que uno pequeño de riesgo alto.\n\nUn factor asociado aparece junto con el trabajo infantil. No se"
            " sigue de ahí que lo cause.",
            "Veja primeiro o intervalo. Se os de dois municípios se cruzam, a ordem deles pode ser a contrária.\n\nVeja depois"
            " quantas crianças e adolescentes há por trás da taxa: um município grande de risco médio pode ter mais trabalho"
            " infantil do que um pequeno de risco alto.\n\nUm fator associado aparece junto com o trabalho infantil. Não se"
            " segue daí que o cause.",
            "Look at the interval first. If those of two municipalities overlap, their order may be the other way round.\n\n"
            "Then look at how many children stand behind the rate: a large municipality of medium risk can hold more child"
            " labour than a small one of high risk.\n\nA driver appears together with child labour. It does not follow that"
            " it causes it.",
            "Regardez d’abord l’intervalle. Si ceux de deux communes se croisent, leur ordre peut être l’inverse.\n\nRegardez"
            " ensuite combien d’enfants se trouvent derrière le taux : une grande commune à risque moyen peut compter plus de"
            " travail des enfants qu’une petite à risque élevé.\n\nUn facteur associé apparaît avec le travail des enfants. Il"
            " ne s’ensuit pas qu’il le cause.",
        ),
    },
}
# slug → (name, meaning), each in es, pt, en, fr
TERMS = {
    "child-labour": (
        ("Trabajo infantil", "Trabalho infantil", "Child labour", "Travail des enfants"),
        (
            "Trabajo de personas de 5 a 17 años que la ley prohíbe por la edad, por las horas o por el peligro.",
            "Trabalho de pessoas de 5 a 17 anos que a lei proíbe pela idade, pelas horas ou pelo perigo.",
            "Work of 5 to 17 year olds that the law bars by age, by hours or because it is hazardous.",
            "Travail de personnes de 5 à 17 ans que la loi interdit en raison de l’âge, des heures ou du danger.",
        ),
    ),
    "hazardous-work": (
        ("Trabajo peligroso", "Trabalho perigoso", "Hazardous work", "Travaux dangereux"),
        (
            "Trabajo que por su naturaleza o sus condiciones puede dañar la salud, la seguridad o la moral de una niña o un"
            " niño; cada país tiene su lista.",
            "Trabalho que por sua natureza ou suas condições pode prejudicar a saúde, a segurança ou a moral de uma criança;"
            " cada país tem sua lista.",
            "Work that by its nature or its conditions can harm a child’s health, safety or morals; each country has its list.",
            "Travail qui, par sa nature ou ses conditions, peut nuire à la santé, à la sécurité ou à la moralité d’un enfant ;"
            " chaque pays a sa liste.",
        ),
    ),
    "worst-forms": (
        ("Peores formas", "Piores formas", "Worst forms", "Pires formes"),
        (
            "Esclavitud, explotación sexual, actividades ilícitas y trabajo peligroso de menores de 18 años: artículo 3 del"
            " Convenio 182 de la OIT.",
            "Escravidão, exploração sexual, atividades ilícitas e trabalho perigoso de menores de 18 anos: artigo 3 da"
            " Convenção 182 da OIT.",
            "Slavery, sexual exploitation, illicit activities and hazardous work of those under 18: article 3 of ILO"
            " Convention 182.",
            "Esclavage, exploitation sexuelle, activités illicites et travaux dangereux de personnes de moins de 18 ans :"
            " article 3 de la convention 182 de l’OIT.",
        ),
    ),
    "risk": (
        ("Riesgo", "Risco", "Risk", "Risque"),
        (
            "Probabilidad de trabajo infantil entre las niñas y los niños de un territorio, según el modelo y con su"
            " incertidumbre.",
            "Probabilidade de trabalho infantil entre as crianças e os adolescentes de um território, segundo o modelo e com"
            " sua incerteza.",
            "Probability of child labour among a territory’s children, by the model and with its uncertainty.",
            "Probabilité de travail des enfants parmi les enfants d’un territoire, selon le modèle et avec son incertitude.",
        ),
    ),
    "driver": (
        ("Factor asociado", "Fator associado", "Driver", "Facteur associé"),
        (
            "Variable que en el modelo va junto con el trabajo infantil, sin que por ello lo cause.",
            "Variável que no modelo acompanha o trabalho infantil, sem que por isso o cause.",
            "Variable that goes with child labour in the model, without therefore causing it.",
            "Variable qui, dans le modèle, va de pair avec le travail des enfants, sans pour autant le causer.",
        ),
    ),
    "territory": (
        ("Territorio", "Território", "Territory", "Territoire"),
        (
            "País, departamento o estado, o municipio.",
            "País, departamento ou estado, ou município.",
            "A country, a department or state, or a municipality.",
            "Pays, département ou État, ou commune.",
        ),
    ),
    "release": (
        ("Publicación", "Publicação", "Release", "Publication"),
        (
            "Resultado de un cálculo del modelo que ya no cambia: las correcciones se hacen con otra publicación.",
            "Resultado de um cálculo do modelo que já não muda: as correções se fazem com outra publicação.",
            "Result of one run of the model that no longer changes: corrections are made by another release.",
            "Résultat d’un calcul du modèle qui ne change plus : les corrections se font par une autre publication.",
        ),
    ),
    "fact-sheet": (
        ("Ficha", "Ficha", "Fact sheet", "Fiche"),
        (
            "Dos páginas que resumen lo que se sabe de un territorio, para quien decide.",
            "Duas páginas que resumem o que se sabe de um território, para quem decide.",
            "Two pages that sum up what is known of a territory, for those who decide.",
            "Deux pages qui résument ce que l’on sait d’un territoire, pour qui décide.",
        ),
    ),
    "referral": (
        ("Derivación", "Encaminhamento", "Referral", "Orientation"),
        (
            "Entrega de un caso a un servicio, que lo acepta o lo rechaza.",
            "Entrega de um caso a um serviço, que o aceita ou o recusa.",
            "Hand-over of a case to a service, which accepts or refuses it.",
            "Remise d’un dossier à un service, qui l’accepte ou le refuse.",
        ),
    ),
    "withdrawal": (
        ("Retiro", "Afastamento", "Withdrawal", "Retrait"),
        (
            "La niña o el niño ya no trabaja, y las visitas lo comprobaron.",
            "A criança já não trabalha, e as visitas o verificaram.",
            "The child no longer works, and visits have verified it.",
            "L’enfant ne travaille plus, et les visites l’ont vérifié.",
        ),
    ),
}
