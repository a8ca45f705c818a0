"""Names that no source of the gazetteer has: written down here, with rough discs."""

from __future__ import annotations

# Ranges, plateaus and deserts: name in English, other names after bars, latitude, longitude,
# radius in km. A long one stands in several lines.
RANGES = """
Alps|Alpen|Alpes|Alpi|Alpe 46.6 10.2 350
Pyrenees|Pyrénées|Pirineos|Pirineus 42.7 0.7 210
Apennines|Appennini|Apennin 43.2 12.5 350
Carpathians|Carpathian Mountains|Karpaten|Karpaty|Carpați 47.6 24.0 450
Balkans|Balkan Mountains|Stara Planina 43.0 24.5 250
Dinaric Alps|Dinarides 44.0 17.0 300
Jura 46.8 6.2 120
Vosges|Vogesen 48.1 7.0 60
Black Forest|Schwarzwald|Forêt-Noire 48.1 8.2 80
Harz 51.75 10.6 45
Ore Mountains|Erzgebirge 50.5 13.0 70
Massif Central 45.2 3.0 150
Ardennes|Ardennen 50.2 5.6 80
Sierra Nevada 37.1 -3.1 70
Sierra Nevada 38.0 -119.3 250
Sierra Morena 38.3 -4.5 180
Cordillera Cantábrica|Cantabrian Mountains 43.0 -5.0 150
Pennines 54.5 -2.2 120
Scottish Highlands|Highlands 57.2 -4.7 130
Grampian Mountains|Grampians 56.9 -3.9 70
Cambrian Mountains 52.4 -3.7 80
Snowdonia|Eryri 53.0 -3.9 30
Lake District 54.5 -3.1 30
Scandinavian Mountains|Skanderna|Scandes 65.0 14.0 600
Ural Mountains|Urals|Ural 60.0 59.0 700
Caucasus|Caucasus Mountains|Kaukasus|Caucase|Cáucaso 42.7 44.0 350
Taurus Mountains|Toros Dağları|Taurus 37.0 33.5 350
Pontic Mountains 40.8 38.0 350
Zagros Mountains|Zagros 33.5 48.5 500
Elburz|Alborz|Elburz Mountains 36.2 51.5 250
Hindu Kush 35.5 70.0 350
Pamir|Pamirs 38.3 73.0 200
Karakoram|Karakorum Range 35.8 76.5 200
Himalaya|Himalayas|Himalaja 28.5 84.0 800
Tian Shan|Tien Shan|天山 42.0 80.0 700
Kunlun Shan|Kunlun Mountains|昆仑山 36.0 85.0 800
Altai Mountains|Altai|Altay 48.5 89.0 450
Sayan Mountains 53.0 95.0 400
Plateau of Tibet|Tibetan Plateau|青藏高原 33.0 88.0 900
Deccan|Deccan Plateau 17.5 77.0 450
Western Ghats 14.0 75.0 500
Eastern Ghats 16.0 80.5 400
Gobi Desert|Gobi 43.0 105.0 600
Taklimakan Desert|Taklamakan|塔克拉玛干沙漠 39.0 82.0 400
Thar Desert|Great Indian Desert 27.0 71.0 300
Karakum Desert|Kara Kum 39.5 60.0 350
Kyzylkum Desert|Kyzyl Kum 42.5 64.0 300
Siberia|Sibirien|Sibérie|Siberien 62.0 105.0 1900
Central Siberian Plateau 65.0 100.0 800
West Siberian Plain 60.0 75.0 800
Arabian Desert|Arabian Peninsula|Arabia 22.0 48.0 1000
Rub al Khali|Empty Quarter 20.0 51.0 400
Sinai|Sinai Peninsula 29.3 33.8 120
Sahara|Sahara Desert 23.0 10.0 2000
Sahel 14.5 10.0 2000
Libyan Desert 25.0 26.0 600
Nubian Desert 20.5 33.5 300
Atlas Mountains|Atlas 32.5 -3.0 700
Ahaggar|Hoggar 23.3 6.0 250
Tibesti 21.0 17.5 200
Ethiopian Highlands 10.0 38.5 400
Congo Basin 0.0 22.0 800
Kalahari Desert|Kalahari 23.5 22.0 450
Namib Desert|Namib 24.0 15.2 350
Drakensberg 29.3 29.3 300
Great Karoo|Karoo 32.5 22.0 300
Rocky Mountains|Rockies|Montagnes Rocheuses 45.0 -112.0 1200
Coast Mountains 55.0 -129.0 500
Cascade Range|Cascades 46.0 -121.5 400
Coast Ranges 40.0 -123.3 350
Alaska Range 63.0 -150.5 300
Brooks Range 68.3 -152.0 400
Appalachian Mountains|Appalachians 38.5 -80.5 800
Blue Ridge Mountains|Blue Ridge 37.0 -80.5 350
Adirondack Mountains|Adirondacks 44.0 -74.3 80
Catskill Mountains 42.1 -74.4 50
Ozark Plateau|Ozarks 37.0 -92.5 200
Great Plains 41.0 -101.5 900
Great Basin 40.0 -116.5 400
Colorado Plateau 37.0 -110.5 300
Mojave Desert 35.0 -116.5 150
Sonoran Desert 31.5 -112.5 250
Chihuahuan Desert 29.5 -104.5 350
Canadian Shield 55.0 -85.0 1400
Laurentian Mountains|Laurentides 47.5 -72.0 250
Sierra Madre Occidental 25.5 -106.0 500
Sierra Madre Oriental 23.5 -99.5 450
Sierra Madre del Sur 17.5 -99.0 350
Baja California 28.0 -113.5 500
Yucatan Peninsula|Península de Yucatán 20.0 -89.0 250
Andes|Cordillera de los Andes 8.0 -74.0 700
Andes|Cordillera de los Andes -12.0 -74.5 800
Andes|Cordillera de los Andes -30.0 -70.0 1200
Guiana Highlands 4.5 -62.0 500
Amazon Basin|Amazonia -5.0 -63.0 1300
Brazilian Highlands|Planalto Brasileiro -17.0 -46.0 800
Mato Grosso Plateau -15.0 -55.0 450
Gran Chaco -23.0 -61.0 500
Pampas|Pampa -36.0 -63.0 450
Patagonia -45.0 -69.5 700
Atacama Desert|Desierto de Atacama -24.0 -69.3 350
Tierra del Fuego -54.0 -68.5 200
Great Dividing Range -29.0 151.0 1000
Great Victoria Desert -29.0 128.0 450
Great Sandy Desert -20.5 124.0 350
Simpson Desert -25.0 137.0 250
Nullarbor Plain -31.0 129.0 350
Southern Alps -43.7 170.3 250
Antarctic Peninsula -68.0 -65.0 500
Queen Maud Land|Dronning Maud Land -73.0 10.0 900
Marie Byrd Land -77.0 -125.0 600
Wilkes Land -69.0 120.0 700
Scandinavia|Skandinavien 63.0 15.0 900
Iberian Peninsula|Península Ibérica|Iberia 40.0 -4.0 500
Anatolia|Anadolu|Asia Minor 39.0 33.0 550
Mesopotamia 33.5 44.0 300
Crimea|Krym|Krim|Crimée 45.2 34.3 120
Kamchatka 56.0 160.0 450
Great Britain|Britain 53.5 -2.0 400
British Isles 54.0 -4.0 550
Lapland|Lappland 67.5 24.0 350
Kurdistan 36.8 43.5 300
Kashmir 34.3 76.0 200
Punjab 31.0 74.0 250
Indochina 16.0 104.0 700
Malay Peninsula 5.5 102.0 350
Manchuria 46.0 126.0 500
Inner Mongolia|Nei Mongol 44.0 113.0 700
Low Countries 52.0 5.0 200
""".strip().splitlines()

# Islands and island groups, and parts of countries that bear a name of their own.
ISLANDS = """
Sicily|Sicilia|Sizilien|Sicile 37.6 14.1 110
Sardinia|Sardegna|Sardinien|Sardaigne 40.1 9.0 120
Corsica|Corse|Korsika 42.1 9.1 80
Crete|Kriti|Kreta|Crète|Κρήτη 35.2 24.9 110
Rhodes|Rodos|Ρόδος 36.2 28.0 35
Lesbos|Lesvos 39.2 26.3 30
Euboea|Evia 38.5 23.8 70
Corfu|Kerkyra 39.6 19.8 25
Cyclades|Kyklades 37.0 25.2 80
Dodecanese 36.5 27.2 90
Majorca|Mallorca|Majorque 39.6 2.9 45
Menorca|Minorca 40.0 4.1 20
Ibiza|Eivissa 39.0 1.4 20
Balearic Islands|Islas Baleares|Illes Balears 39.5 2.8 130
Elba 42.8 10.3 14
Gotland 57.5 18.5 60
Öland 56.7 16.6 60
Bornholm 55.1 14.9 18
Zealand|Sjælland|Seeland 55.5 11.9 60
Funen|Fyn 55.3 10.4 40
Jutland|Jylland 56.2 9.2 140
Saaremaa 58.4 22.5 40
Hiiumaa 58.9 22.6 25
Rügen 54.4 13.4 25
Usedom 54.0 13.9 20
Sylt 54.9 8.3 15
Isle of Wight 50.7 -1.3 18
Isle of Man 54.2 -4.5 25
Anglesey|Ynys Môn 53.3 -4.4 18
Isle of Sheppey 51.4 0.8 9
Isle of Thanet|Thanet 51.35 1.35 12
Isle of Skye|Skye 57.3 -6.3 35
Isle of Mull|Mull 56.4 -6.0 22
Outer Hebrides|Western Isles 57.8 -7.2 90
Orkney Islands|Orkney 59.0 -3.1 35
Shetland Islands|Shetland 60.4 -1.2 50
Channel Islands 49.4 -2.4 40
Lofoten 68.2 13.8 60
Novaya Zemlya 74.0 57.0 400
Franz Josef Land 80.7 55.0 180
Severnaya Zemlya 79.5 97.5 150
New Siberian Islands 75.3 144.0 200
Wrangel Island 71.2 -179.5 60
Sakhalin 50.5 143.0 350
Kuril Islands 46.5 151.0 450
Hokkaido|Hokkaidō|北海道 43.4 142.8 200
Honshu|Honshū|本州 36.5 138.0 500
Shikoku|四国 33.7 133.5 100
Kyushu|Kyūshū|九州 32.6 130.9 150
Okinawa|沖縄 26.5 127.9 45
Ryukyu Islands 27.0 128.5 350
Hainan|海南 19.2 109.7 130
Luzon 16.5 121.0 300
Mindanao 7.8 125.0 230
Visayas 11.0 123.5 200
Palawan 10.0 118.8 200
Borneo|Kalimantan 0.8 114.0 550
Sumatra|Sumatera 0.0 101.5 700
Java|Jawa -7.3 110.0 450
Sulawesi|Celebes -2.0 121.0 400
Bali -8.4 115.1 55
Lombok -8.6 116.3 35
Timor -9.2 125.0 200
Flores -8.6 121.2 150
Moluccas|Maluku -3.0 128.5 350
New Guinea -5.0 141.0 900
New Britain -5.7 150.8 200
Bougainville -6.2 155.2 90
Tasmania -42.0 146.7 170
Kangaroo Island -35.8 137.2 60
North Island -38.8 175.8 320
South Island -43.8 170.8 380
Stewart Island -47.0 167.9 35
Polynesia -15.0 -150.0 3000
Micronesia 8.0 155.0 1800
Melanesia -12.0 160.0 1600
Andaman Islands 12.5 92.8 150
Nicobar Islands 7.5 93.7 120
Lakshadweep 10.6 72.7 120
Zanzibar|Unguja -6.1 39.4 40
Socotra|Suqutra 12.5 53.9 60
Canary Islands|Islas Canarias|Canarias 28.3 -16.0 220
Tenerife 28.3 -16.6 40
Gran Canaria 28.0 -15.6 25
Lanzarote 29.0 -13.6 28
Fuerteventura 28.4 -14.0 45
Madeira 32.75 -17.0 28
Azores|Açores 38.3 -28.0 280
Bioko 3.5 8.7 35
Ascension Island -7.95 -14.4 8
Saint Helena -15.96 -5.7 9
Tristan da Cunha -37.1 -12.3 10
Falkland Islands|Islas Malvinas -51.7 -59.3 120
South Georgia -54.4 -36.7 80
Galapagos Islands|Galápagos|Islas Galápagos -0.6 -90.6 130
Easter Island|Isla de Pascua|Rapa Nui -27.1 -109.35 12
Chiloé|Isla de Chiloé -42.6 -73.9 80
Hawaii|Hawaiian Islands 20.6 -157.0 300
Oahu 21.45 -158.0 30
Maui 20.8 -156.3 30
Kauai 22.05 -159.5 25
Aleutian Islands 52.5 -174.0 800
Kodiak Island 57.4 -153.4 80
Vancouver Island 49.6 -125.5 200
Newfoundland|Terre-Neuve 48.8 -56.2 230
Labrador 54.5 -61.5 350
Cape Breton Island|Cape Breton 46.2 -60.7 75
Prince Edward Island 46.4 -63.2 90
Anticosti Island|Île d'Anticosti 49.5 -63.0 90
Baffin Island|Île de Baffin 69.0 -72.0 700
Ellesmere Island 80.0 -80.0 350
Victoria Island 71.0 -110.0 350
Banks Island 73.0 -121.5 200
Devon Island 75.2 -87.0 200
Southampton Island 64.5 -84.5 150
Long Island 40.8 -73.1 90
Staten Island 40.58 -74.15 11
Manhattan 40.78 -73.97 10
Brooklyn 40.65 -73.95 11
Martha's Vineyard 41.4 -70.6 15
Nantucket 41.28 -70.07 12
Cape Cod 41.7 -70.2 40
Key West 24.56 -81.78 8
Florida Keys 24.7 -81.2 80
West Indies 18.0 -70.0 1100
Greater Antilles 19.5 -75.0 800
Lesser Antilles 14.5 -61.5 450
Hispaniola 19.0 -71.0 280
New England 44.0 -71.5 300
Midwest 41.5 -91.0 700
England|Angleterre|Inglaterra 52.6 -1.4 230
Scotland|Schottland|Écosse|Escocia|Alba 56.8 -4.2 200
Wales|Cymru|Pays de Galles 52.3 -3.7 110
Northern Ireland|Nordirland 54.6 -6.7 80
Bavaria|Bayern|Bavière 49.0 11.4 160
Saxony|Sachsen 51.0 13.4 90
Lower Saxony|Niedersachsen 52.7 9.2 140
North Rhine-Westphalia|Nordrhein-Westfalen 51.5 7.5 110
Hesse|Hessen 50.6 9.0 90
Rhineland-Palatinate|Rheinland-Pfalz 49.9 7.4 90
Thuringia|Thüringen 50.9 11.0 80
Saxony-Anhalt|Sachsen-Anhalt 52.0 11.7 90
Brandenburg 52.4 13.2 120
Mecklenburg-Vorpommern|Mecklenburg-Western Pomerania 53.8 12.6 110
Schleswig-Holstein 54.2 9.8 85
Lombardy|Lombardia|Lombardei 45.6 9.8 110
Piedmont|Piemonte|Piemont 45.0 7.9 100
Tuscany|Toscana|Toskana|Toscane 43.4 11.1 95
Veneto|Venetien 45.6 11.8 85
Apulia|Puglia 41.0 16.6 140
Brittany|Bretagne 48.1 -2.9 120
Normandy|Normandie 49.1 0.0 120
Burgundy|Bourgogne 47.2 4.5 110
Picardy|Picardie 49.7 2.8 80
Champagne 48.9 4.3 90
Lorraine|Lothringen 48.8 6.2 80
Alsace|Elsass 48.4 7.5 70
Auvergne 45.5 3.2 90
Aquitaine 44.4 -0.2 130
Provence 43.8 5.8 90
Languedoc 43.6 3.2 110
Savoy|Savoie 45.5 6.5 50
Catalonia|Catalunya|Cataluña 41.8 1.5 120
Andalusia|Andalucía 37.5 -4.6 210
Castile and León|Castilla y León 41.7 -4.8 180
Galicia 42.7 -7.9 90
Basque Country|País Vasco|Euskadi 43.0 -2.6 60
Valencian Community|Comunidad Valenciana 39.5 -0.7 110
Aragon|Aragón 41.5 -0.7 130
Flanders|Vlaanderen|Flandre|Flandern 51.0 3.9 80
Wallonia|Wallonie|Wallonië 50.4 4.9 80
Tyrol|Tirol 47.2 11.4 80
South Tyrol|Südtirol|Alto Adige 46.7 11.4 55
Carinthia|Kärnten 46.8 13.9 65
Styria|Steiermark 47.3 15.0 80
Lower Austria|Niederösterreich 48.3 15.7 80
Upper Austria|Oberösterreich 48.1 14.0 65
Bohemia|Čechy|Böhmen 50.0 14.5 130
Moravia|Morava|Mähren 49.3 17.0 90
Silesia|Śląsk|Slezsko|Schlesien 50.7 17.5 120
Transylvania|Transilvania|Siebenbürgen 46.5 24.5 150
Wallachia 44.6 25.5 170
Dalmatia|Dalmacija 43.4 16.6 130
Istria|Istra 45.2 13.9 40
Thrace|Trakya 41.3 26.8 120
Peloponnese|Peloponnisos 37.5 22.3 90
Macedonia|Makedonia 41.0 22.3 120
Africa|Afrika|Afrique 3.0 20.0 3200
Europe|Europa 50.0 15.0 2000
Asia|Asien|Asie 45.0 90.0 3600
North America|Nordamerika|Amérique du Nord 48.0 -100.0 3000
South America|Südamerika|Amérique du Sud|América del Sur -15.0 -60.0 2500
Antarctica|Antarktis|Antarctique -85.0 0.0 2000
Central America|América Central 14.0 -87.0 700
Oceania -20.0 150.0 3000
""".strip().splitlines()

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

# Second-level regions that are better known than the first-level ones around them.
COUNTIES = """
Kent 51.2 0.7 55
Sussex|East Sussex|West Sussex 50.95 -0.1 60
Surrey 51.25 -0.4 30
Essex 51.8 0.55 45
Middlesex 51.55 -0.35 20
Hertfordshire|Herts 51.8 -0.2 28
Bedfordshire 52.1 -0.45 25
Buckinghamshire|Bucks 51.8 -0.8 35
Berkshire 51.45 -1.0 35
Hampshire|Hants 51.05 -1.3 45
Wiltshire|Wilts 51.3 -1.95 42
Dorset 50.8 -2.3 40
Devon|Devonshire 50.75 -3.75 60
Cornwall|Kernow 50.4 -4.8 65
Somerset 51.1 -2.95 48
Gloucestershire 51.8 -2.2 40
Oxfordshire|Oxon 51.8 -1.3 35
Northamptonshire 52.3 -0.85 38
Cambridgeshire 52.35 0.0 38
Suffolk 52.2 1.0 48
Norfolk 52.65 1.0 55
Lincolnshire 53.1 -0.2 60
Nottinghamshire 53.1 -1.0 35
Leicestershire 52.7 -1.15 35
Rutland 52.65 -0.65 13
Warwickshire 52.3 -1.55 35
Worcestershire 52.2 -2.2 30
Herefordshire 52.1 -2.75 32
Shropshire|Salop 52.65 -2.75 42
Staffordshire 52.85 -2.0 40
Derbyshire 53.1 -1.6 40
Cheshire 53.2 -2.5 38
Lancashire 53.85 -2.6 45
Yorkshire 54.0 -1.5 90
North Yorkshire 54.2 -1.4 65
West Yorkshire 53.75 -1.65 30
South Yorkshire 53.5 -1.3 28
East Riding of Yorkshire 53.85 -0.5 38
Cumberland 54.7 -3.1 42
Westmorland 54.45 -2.7 28
Cumbria 54.55 -2.9 55
County Durham|Durham 54.7 -1.8 38
Northumberland 55.25 -2.0 52
Merseyside 53.45 -2.95 20
Greater Manchester 53.5 -2.3 22
Pembrokeshire 51.85 -4.9 32
Carmarthenshire 51.9 -4.2 35
Glamorgan 51.65 -3.5 35
Monmouthshire|Gwent 51.75 -2.9 25
Gwynedd 52.85 -4.0 45
Powys 52.35 -3.4 55
Fife 56.25 -3.15 32
Perthshire 56.6 -3.8 55
Argyll|Argyllshire 56.2 -5.2 70
Aberdeenshire 57.2 -2.7 55
Caithness 58.4 -3.5 32
Sutherland 58.25 -4.5 48
Ross-shire 57.6 -4.9 60
Ayrshire 55.45 -4.5 42
Antrim 54.9 -6.2 35
Donegal 54.9 -7.9 48
Kerry 52.1 -9.6 48
Cork 51.95 -8.8 55
Galway 53.35 -9.0 60
Mayo 53.9 -9.3 45
Clare 52.85 -9.0 38
Limerick 52.5 -8.7 35
Tipperary 52.65 -7.9 42
Wexford 52.45 -6.6 32
Wicklow 52.98 -6.4 28
Ulster 54.6 -7.0 90
Munster 52.3 -8.9 100
Connacht|Connaught 53.7 -8.9 80
Leinster 53.1 -7.0 80
Ain 46.1 5.35 45
Aisne 49.55 3.6 50
Ardèche 44.75 4.4 45
Ariège 42.95 1.5 40
Aveyron 44.3 2.6 55
Bas-Rhin 48.65 7.55 42
Haut-Rhin 47.85 7.25 35
Bouches-du-Rhône 43.5 5.1 45
Calvados 49.1 -0.4 48
Cantal 45.05 2.65 42
Charente 45.7 0.2 45
Charente-Maritime 45.8 -0.7 52
Corrèze 45.35 1.9 42
Côte-d'Or 47.4 4.8 55
Côtes-d'Armor 48.4 -2.85 50
Creuse 46.05 2.0 42
Dordogne 45.1 0.75 55
Doubs 47.2 6.35 45
Drôme 44.7 5.15 48
Eure-et-Loir 48.4 1.35 45
Finistère 48.25 -4.1 48
Gard 44.0 4.2 45
Haute-Garonne 43.3 1.2 45
Gers 43.7 0.45 45
Gironde 44.8 -0.6 58
Hérault 43.6 3.4 45
Ille-et-Vilaine 48.15 -1.65 48
Indre-et-Loire 47.25 0.7 45
Isère 45.25 5.6 52
Landes 44.0 -0.8 55
Loir-et-Cher 47.6 1.4 48
Loire-Atlantique 47.35 -1.7 48
Loiret 47.9 2.3 48
Lot-et-Garonne 44.35 0.45 42
Lozère 44.5 3.5 42
Maine-et-Loire 47.4 -0.55 48
Manche 49.1 -1.35 50
Marne 48.95 4.25 52
Haute-Marne 48.1 5.2 45
Mayenne 48.15 -0.65 42
Meurthe-et-Moselle 48.8 6.2 45
Morbihan 47.85 -2.8 48
Moselle 49.05 6.65 45
Nièvre 47.1 3.5 48
Oise 49.4 2.4 45
Orne 48.6 0.1 45
Pas-de-Calais 50.5 2.3 48
Puy-de-Dôme 45.7 3.1 50
Pyrénées-Orientales 42.6 2.5 38
Saône-et-Loire 46.65 4.55 55
Sarthe 48.0 0.2 45
Haute-Savoie 46.05 6.4 38
Seine-et-Marne 48.6 2.95 45
Somme 49.95 2.3 48
Var 43.45 6.25 45
Vaucluse 44.0 5.2 35
Vendée 46.7 -1.3 48
Yonne 47.85 3.6 50
""".strip().splitlines()
