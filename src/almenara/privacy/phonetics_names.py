"""Given names and surnames in use in Latin America, for simulated people only. The first are made the most frequent."""

from __future__ import annotations

_GIVEN = """
María Ana Rosa Juana Carmen Luz Gloria Martha Elena Patricia Sandra Lucía Sofía Valentina Camila Isabella
Gabriela Daniela Ximena Yolanda Beatriz Teresa Guadalupe Concepción Asunción Raquel Ester Noemí Inés
Ágata Jéssica Yesenia Jennifer Karina Priscila Estela Graciela Hilda Hortensia Iracema Jussara Conceição
Aparecida Fátima Francisca José Juan Luis Carlos Jorge Manuel Pedro Jesús Ángel Miguel Antonio Francisco
Javier Fernando Rafael Ricardo Víctor Hugo Héctor Óscar Sergio Roberto Eduardo Alejandro Guillermo
Ignacio Joaquín Vicente Gonzalo Rodrigo Álvaro Iván Wilson Walter Washington Brayan Kevin Jonathan Yahir
Jefferson João Paulo Antônio Luiz Thiago Mateus Gustavo Caio Vinícius Everton Edson Geraldo Sebastião
Damião Félix Zenón Xavier Quirino Evaristo Hernán Agustín Abel Benjamín
"""
_SURNAMES = """
García; Rodríguez; Martínez; Hernández; López; González; Pérez; Sánchez; Ramírez; Torres; Flores; Rivera;
Gómez; Díaz; Cruz; Reyes; Morales; Ortiz; Gutiérrez; Chávez; Ramos; Ruiz; Álvarez; Mendoza; Vásquez;
Castillo; Jiménez; Moreno; Romero; Herrera; Medina; Aguilar; Vargas; Guzmán; Castro; Fernández; Mejía;
Núñez; Zúñiga; Ibáñez; Peña; Acuña; Quispe; Mamani; Huamán; Condori; Choque; Yupanqui; Xicoténcatl; Tzul;
Caal; Pech; Canul; Ajú; Chuquimarca; Guamán; Toapanta; Carvajal; Cevallos; Zambrano; Villavicencio;
Llanos; Carballo; Estrella; Padilla; Murillo; Trujillo; Bonilla; Cabrera; Bravo; Benítez; Bermúdez;
Velázquez; Valenzuela; Hinojosa; Henríquez; Echeverría; Izquierdo; Quiroga; Quiñones; Quesada; Figueroa;
Sepúlveda; Zapata; Azevedo; Silva; Santos; Oliveira; Souza; Lima; Pereira; Ferreira; Costa; Rodrigues;
Almeida; Nascimento; Carvalho; Araújo; Ribeiro; Gonçalves; Teixeira; Magalhães; Cunha; Batista;
Vasconcelos; Xavier; Queiroz; Guimarães; Coelho; Peixoto; Mello; Bittencourt; Assunção; de la Cruz;
de los Santos; del Valle; de la Rosa; San Martín; Santa Cruz; da Silva; dos Santos; do Nascimento;
de Oliveira; Montes de Oca; D'Ávila
"""


def _listed(text: str, between: str | None = None) -> list[str]:
    return [" ".join(name.split()) for name in text.split(between)]


GIVEN = _listed(_GIVEN)
SURNAMES = _listed(_SURNAMES, ";")
