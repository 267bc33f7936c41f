"""SIMULATED: sentences of notes in Portuguese; {full} {given} {family} are a person's names."""

PERSONAL = (
    "Visita domiciliar à família de {full}, de {age} anos, na {street}.",
    "O menino {given} relata que deixou a escola em {month}.",
    "A adolescente {full} trabalha numa casa de farinha desde as 5h.",
    "{full} informou que o filho {given2} ajuda nos fins de semana.",
    "Segundo a mãe, {given} carrega sacos na feira três dias por semana.",
    "Conversamos com a senhora {family}, que aceitou a visita.",
    "Seu {given2} é dono do sítio e paga {amount} por diária.",
    "É filho de {full2} e de {full}.",
    "A criança se chama {full} e completa {age} anos em {month}.",
    "A avó, {full2}, {doc}, tem a guarda de fato.",
    "Dados da responsável: {full2}, {doc}, telefone {phone}.",
    "Ficou combinado ligar para {given2} no {phone} na segunda.",
    "Contato: {phone_untold} ({full2}, tia materna).",
    "O e-mail da orientadora é {email}.",
    "{given} não quis falar na frente do padrasto.",
    "Ontem {full} compareceu com o irmão {given2} ao posto de saúde.",
    "NOME: {full}. {doc}.",
    "Assina o termo {full2}, {doc}.",
    "a menina {small} falta muito às aulas",
    "A professora {full2} confirma as faltas.",
    "Irmãos: {given} ({age} anos) e {given2} (4 anos).",
    "O patrão, {full2}, nega que {given} use a serra.",
    "{given} vende balas no sinal com a prima {given2}.",
    "Zap da vizinha {given2}: {phone}.",
    "Dra. {family} avaliou o corte na mão de {given}.",
    "Mora com {full2} desde a morte da mãe.",
)
NEUTRAL = (
    "A família mora na {street}, perto do {institution}.",
    "Foi feito contato com o {institution} para a vaga de {month}.",
    "Em {date} foi registrada a denúncia no {institution}.",
    "Aplica-se a {law} e a Convenção 182 da OIT.",
    "A renda da casa é de {amount} por mês.",
    "Em {place} há {count} crianças na colheita, segundo o Censo de 2022.",
    "A jornada vai das 8h30 às 12h e das 14h às 17h45.",
    "A viagem de {place} até {place2} leva três horas.",
    "Foi encaminhado o ofício 0451/2024 e o processo 0001387-45.2024 ao {institution}.",
    "Entre 2019-2023 caiu a frequência escolar em {place}.",
    "Pesa 38,5 kg e mede 1,42 m.",
    "A lavoura tem 12.500 m2 e rende 3.200 kg de café.",
    "O Programa Bolsa Família paga {amount} à família.",
    "Na Semana Santa e no Dia das Mães a feira dobra de tamanho.",
    "A empresa tem CNPJ 12.345.678/0001-95 e fica no CEP 01310-100.",
    "O Estatuto da Criança e do Adolescente foi explicado à família.",
    "A reunião será no {institution}, segundo andar.",
    "Reunião da Rede de Proteção no dia {date}.",
    "Há risco por agrotóxicos, facão e cargas acima de 25 kg.",
    "A balsa do Rio São Francisco não funciona no inverno.",
    "Não foram observadas lesões. Dorme bem e come duas vezes por dia.",
    "População: 1.234.567 habitantes; 48.210 domicílios.",
    "Sobre o transporte, a Prefeitura respondeu que não há verba.",
    "A equipe volta em {month} com apoio do UNICEF.",
)
STREETS = (
    "Rua José Bonifácio, 45", "Avenida Getúlio Vargas", "Rua Maria Quitéria", "Travessa Padre Anchieta",
    "Rua Quinze de Novembro", "Vila São João", "Rua Santos Dumont, quadra 8", "Alameda Joaquim Nabuco",
)  # fmt: skip
INSTITUTIONS = (
    "CRAS Dom Helder Câmara", "Conselho Tutelar", "Hospital Municipal Dr. Mário Gatti", "Colégio Estadual Tiradentes",
    "Ministério Público do Trabalho", "Posto de Saúde Santa Rita", "Centro Educacional Anísio Teixeira",
    "Instituto Ayrton Senna", "Fórum Clóvis Beviláqua", "Sindicato dos Trabalhadores Rurais", "Mercado Municipal",
)  # fmt: skip
PLACES = (
    "São Luís", "Feira de Santana", "Santa Maria da Vitória", "Juazeiro do Norte", "Presidente Prudente", "Belém",
    "Governador Valadares", "Vitória da Conquista", "São José dos Campos", "Caruaru", "Santarém",
)  # fmt: skip
LAWS = ("Lei 8.069/1990", "Lei nº 10.097 de 2000", "Portaria 2.350", "Resolução 170/2014")
AMOUNTS = ("R$ 1.320,00", "600 reais", "R$ 45,50")
DATES = ("12/05/2024", "3 de abril de 2023", "2024-11-07", "15.08.2022", "terça-feira, 9 de janeiro")
MONTHS = ("janeiro", "março", "abril", "agosto", "novembro")
