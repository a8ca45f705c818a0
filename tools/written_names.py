"""Names that no source of the gazetteer has, written down by hand.

``written_names.tsv`` holds ranges, plateaus and deserts, islands and island groups, parts of
countries, and second-level regions that are better known than the first-level ones around them:
the kind, the English name with others after bars, and a rough disc (degrees, degrees, km). A long
one stands in several lines. Here are the seas' names in more languages, and words of maps.
"""

from __future__ import annotations

# Seas and oceans in more languages than Natural Earth has at this scale, by its English name.
SEA_NAMES = {
    "Baltic Sea": ["Ostsee", "Mer Baltique", "Itämeri", "Östersjön", "Morze Bałtyckie"],
    "North Sea": ["Nordsee", "Mer du Nord", "Noordzee", "Nordsøen", "Nordsjøen"],
    "Mediterranean Sea": ["Mittelmeer", "Mer Méditerranée", "Mar Mediterraneo", "Mar Mediterráneo"],
    "Black Sea": ["Schwarzes Meer", "Mer Noire", "Karadeniz", "Marea Neagră"],
    "Adriatic Sea": ["Adria", "Mare Adriatico", "Jadransko more", "Adriatisches Meer"],
    "Tyrrhenian Sea": ["Mar Tirreno", "Tyrrhenisches Meer"],
    "Ligurian Sea": ["Mar Ligure"],
    "Ionian Sea": ["Mar Ionio"],
    "Aegean Sea": ["Ägäis", "Mer Égée", "Ege Denizi"],
    "Caspian Sea": ["Kaspisches Meer"],
    "Red Sea": ["Rotes Meer", "Mer Rouge"],
    "Caribbean Sea": ["Mar Caribe", "Mer des Caraïbes", "Karibisches Meer"],
    "Gulf of Mexico": ["Golfo de México"],
    "English Channel": ["La Manche", "Ärmelkanal", "British Channel"],
    "Bay of Biscay": ["Golfe de Gascogne", "Golfo de Vizcaya"],
    "Norwegian Sea": ["Norskehavet"],
    "Sea of Japan": ["日本海", "East Sea"],
    "Yellow Sea": ["黄海"],
    "East China Sea": ["东海", "東シナ海"],
    "South China Sea": ["南海"],
    "North Atlantic Ocean": ["Atlantic Ocean", "Océan Atlantique", "Océano Atlántico", "Atlantik"],
    "South Atlantic Ocean": ["Atlantic Ocean", "Océano Atlántico"],
    "North Pacific Ocean": ["Pacific Ocean", "Océano Pacífico", "Océan Pacifique", "太平洋"],
    "South Pacific Ocean": ["Pacific Ocean", "Océano Pacífico"],
    "Indian Ocean": ["Océan Indien", "Indischer Ozean"],
    "Arctic Ocean": ["Océan Arctique"],
}

# Words of maps, legends, roads and shops that a town somewhere bears as its name.
MAP_WORDS = """
north south east west northern southern eastern western central upper lower middle new old great
little big saint san santa los las del der den des die das les aux sur the and for from with not
nord sud sued est ouest ost oeste norte sul oost westen norden osten noord zuid
river lake bay sea ocean gulf island islands isle mount mountain mountains hill hills valley park
forest national nature reserve beach port harbour harbor airport station street road avenue lane
square place plaza bridge tower castle church cathedral museum university college school hospital
hotel motel restaurant cafe coffee bar shop store market bank office centre center mall club bus
taxi parking exit entrance stop open closed sale menu pizza police fire water gas info toilet
rio lago mar monte sierra isla punta cabo puerto ciudad villa pueblo calle avenida plaza centro
lac mer mont baie cap ile col bois parc naturel regional rue place gare ville village foret
fluss see meer berg wald insel strasse platz bahnhof stadt dorf park kirche markt
km miles mile feet metres meters scale map data population legend title source sources copyright
contributors openstreetmap google esri bing mapbox stamen carto usgs noaa inegi tomtom here
longitude latitude lon lat degrees elevation depth height temperature figure table total number
year count value level low high mean max min area density index year years day week month time
county district province state region territory department capital city town country republic
kingdom union federal international border boundary railway highway route trail path ferry
naturpark parco naturale gemeinde kreis bezirk land land reserva parque nacional estado
welcome love home house family happy good best free live life world global power energy sport
music art food fresh garden green red blue white black golden gold silver king queen royal star
sun moon sky rose angel eagle lion tiger bear union liberty freedom victory hope peace grand
"""
