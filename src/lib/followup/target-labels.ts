/**
 * What each Sustainable Development Goal and target (General Assembly resolution 70/1) is about, in our own few words: the
 * number, a bar, then English, Spanish, French and Arabic.
 */
export const targetLabels = `
1 | No poverty | Fin de la pobreza | Pas de pauvreté | القضاء على الفقر
1.1 | No extreme poverty | Sin pobreza extrema | Pas d’extrême pauvreté | لا فقر مدقع
1.2 | Poverty halved at home | Mitad de la pobreza nacional | Moitié moins de pauvreté | خفض الفقر إلى النصف
1.3 | Social protection for all | Protección social para todos | Protection sociale pour tous | حماية اجتماعية للجميع
1.4 | Land, services and credit for the poor | Tierra, servicios y crédito | Terres, services et crédit | الأرض والخدمات والائتمان للفقراء
1.5 | Resilience of the poor | Resiliencia de los pobres | Résilience des pauvres | قدرة الفقراء على الصمود
1.a | Means against poverty | Recursos contra la pobreza | Moyens contre la pauvreté | موارد لمكافحة الفقر
1.b | Policies for the poor | Políticas para los pobres | Politiques en faveur des pauvres | سياسات لصالح الفقراء
2 | No hunger | Hambre cero | Pas de faim | القضاء على الجوع
2.1 | Enough food for all | Alimento suficiente para todos | Assez à manger pour tous | غذاء كاف للجميع
2.2 | No malnutrition | Sin malnutrición | Pas de malnutrition | لا سوء تغذية
2.3 | Small farms that yield more | Pequeñas fincas más productivas | Petites fermes plus productives | إنتاجية صغار المزارعين
2.4 | Farming that lasts | Agricultura sostenible | Agriculture durable | زراعة مستدامة
2.5 | Diversity of seeds | Diversidad de semillas | Diversité des semences | تنوع البذور
2.a | Investment in the countryside | Inversión en el campo | Investissement rural | الاستثمار في الريف
2.b | Fair farm trade | Comercio agrícola justo | Commerce agricole équitable | تجارة زراعية عادلة
2.c | Stable food prices | Precios estables de alimentos | Prix alimentaires stables | أسعار غذاء مستقرة
3 | Health | Salud y bienestar | Santé et bien-être | الصحة والرفاه
3.1 | Mothers survive birth | Menos muertes maternas | Moins de décès maternels | خفض وفيات الأمهات
3.2 | Small children survive | Menos muertes infantiles | Moins de décès d’enfants | خفض وفيات الأطفال
3.3 | No epidemics | Fin de las epidemias | Fin des épidémies | القضاء على الأوبئة
3.4 | Chronic disease and mental health | Enfermedades crónicas y salud mental | Maladies chroniques et santé mentale | الأمراض المزمنة والصحة النفسية
3.5 | Drugs and alcohol | Drogas y alcohol | Drogues et alcool | المخدرات والكحول
3.6 | Safe roads | Vías seguras | Routes sûres | سلامة الطرق
3.7 | Reproductive health | Salud reproductiva | Santé procréative | الصحة الإنجابية
3.8 | Health care for all | Cobertura sanitaria universal | Couverture santé universelle | رعاية صحية للجميع
3.9 | Illness from pollution | Enfermedades por contaminación | Maladies dues à la pollution | أمراض التلوث
3.a | Tobacco | Tabaco | Tabac | التبغ
3.b | Vaccines and medicines | Vacunas y medicamentos | Vaccins et médicaments | اللقاحات والأدوية
3.c | Health workers | Personal sanitario | Personnel de santé | العاملون في الصحة
3.d | Warning of health risks | Alerta ante riesgos sanitarios | Alerte aux risques sanitaires | الإنذار بالمخاطر الصحية
4 | Education | Educación de calidad | Éducation de qualité | التعليم الجيد
4.1 | Free school to the end | Escuela gratuita completa | Scolarité gratuite et complète | تعليم مدرسي مجاني كامل
4.2 | Early childhood | Primera infancia | Petite enfance | الطفولة المبكرة
4.3 | Vocational and higher education | Formación y educación superior | Formation et enseignement supérieur | التعليم المهني والعالي
4.4 | Skills for work | Competencias para el trabajo | Compétences pour l’emploi | مهارات العمل
4.5 | Equal access to education | Igual acceso a la educación | Égal accès à l’éducation | تكافؤ فرص التعليم
4.6 | Reading and counting | Lectura y cálculo | Lire et compter | القراءة والحساب
4.7 | Learning human rights and peace | Aprender derechos humanos y paz | Apprendre les droits humains et la paix | تعلم حقوق الإنسان والسلام
4.a | Safe schools for all | Escuelas seguras para todos | Écoles sûres pour tous | مدارس آمنة للجميع
4.b | Scholarships | Becas | Bourses | المنح الدراسية
4.c | Qualified teachers | Docentes cualificados | Enseignants qualifiés | معلمون مؤهلون
5 | Gender equality | Igualdad de género | Égalité entre les sexes | المساواة بين الجنسين
5.1 | No discrimination against women | Sin discriminación contra las mujeres | Pas de discrimination contre les femmes | لا تمييز ضد النساء
5.2 | No violence against women | Sin violencia contra las mujeres | Pas de violence contre les femmes | لا عنف ضد النساء
5.3 | No child marriage or mutilation | Ni matrimonio infantil ni mutilación | Ni mariage d’enfants ni mutilation | لا زواج أطفال ولا تشويه
5.4 | Unpaid care | Cuidados no remunerados | Soins non rémunérés | الرعاية غير المدفوعة
5.5 | Women in leadership | Mujeres en el liderazgo | Femmes aux responsabilités | المرأة في القيادة
5.6 | Reproductive rights | Derechos reproductivos | Droits procréatifs | الحقوق الإنجابية
5.a | Women’s property and land | Propiedad y tierra de las mujeres | Biens et terres des femmes | ملكية المرأة وأرضها
5.b | Technology for women | Tecnología para las mujeres | Technologie pour les femmes | التكنولوجيا للمرأة
5.c | Laws for equality | Leyes de igualdad | Lois pour l’égalité | قوانين المساواة
6 | Water and sanitation | Agua y saneamiento | Eau et assainissement | المياه والصرف الصحي
6.1 | Drinking water for all | Agua potable para todos | Eau potable pour tous | مياه شرب للجميع
6.2 | Toilets and hygiene | Baños e higiene | Toilettes et hygiène | المراحيض والنظافة
6.3 | Clean water | Agua limpia | Eau propre | نظافة المياه
6.4 | Water used with care | Uso eficiente del agua | Usage économe de l’eau | ترشيد المياه
6.5 | Water managed together | Gestión conjunta del agua | Gestion commune de l’eau | إدارة مشتركة للمياه
6.6 | Rivers and wetlands | Ríos y humedales | Rivières et zones humides | الأنهار والأراضي الرطبة
6.a | Help with water | Cooperación en agua | Coopération sur l’eau | التعاون في المياه
6.b | Communities and their water | Comunidades y su agua | Communautés et leur eau | المجتمعات ومياهها
7 | Energy | Energía | Énergie | الطاقة
7.1 | Energy for all | Energía para todos | Énergie pour tous | الطاقة للجميع
7.2 | More renewable energy | Más energía renovable | Plus d’énergies renouvelables | مزيد من الطاقة المتجددة
7.3 | Energy saved | Ahorro de energía | Économies d’énergie | ترشيد الطاقة
7.a | Clean energy research | Investigación en energía limpia | Recherche sur l’énergie propre | بحوث الطاقة النظيفة
7.b | Grids and supply | Redes y suministro | Réseaux et approvisionnement | الشبكات والإمداد
8 | Decent work | Trabajo decente | Travail décent | العمل اللائق
8.1 | Growth of the economy | Crecimiento económico | Croissance économique | النمو الاقتصادي
8.2 | Productive work | Trabajo productivo | Travail productif | إنتاجية العمل
8.3 | Small businesses and jobs | Pequeñas empresas y empleo | Petites entreprises et emplois | المشاريع الصغيرة والوظائف
8.4 | Less waste of resources | Menos derroche de recursos | Moins de gaspillage | كفاءة الموارد
8.5 | Work and equal pay for all | Trabajo e igual salario | Travail et égalité salariale | عمل وأجر متساو للجميع
8.6 | Work for the young | Empleo juvenil | Emploi des jeunes | عمل الشباب
8.7 | No forced or child labour | Ni trabajo forzoso ni infantil | Ni travail forcé ni travail d’enfants | لا سخرة ولا عمل أطفال
8.8 | Labour rights | Derechos laborales | Droits au travail | حقوق العمال
8.9 | Tourism that lasts | Turismo sostenible | Tourisme durable | سياحة مستدامة
8.10 | Banks for everybody | Servicios financieros para todos | Services financiers pour tous | خدمات مالية للجميع
8.a | Aid for trade | Ayuda para el comercio | Aide au commerce | المعونة للتجارة
8.b | A plan for youth jobs | Un plan de empleo juvenil | Un plan pour l’emploi des jeunes | خطة لعمالة الشباب
9 | Industry and infrastructure | Industria e infraestructura | Industrie et infrastructure | الصناعة والبنية التحتية
9.1 | Infrastructure for all | Infraestructura para todos | Infrastructure pour tous | بنية تحتية للجميع
9.2 | Industry that includes | Industria inclusiva | Industrie inclusive | صناعة شاملة
9.3 | Credit for small industry | Crédito a la pequeña industria | Crédit aux petites industries | ائتمان للصناعات الصغيرة
9.4 | Clean industry | Industria limpia | Industrie propre | صناعة نظيفة
9.5 | Research | Investigación | Recherche | البحث العلمي
9.a | Help with infrastructure | Apoyo a la infraestructura | Appui à l’infrastructure | دعم البنية التحتية
9.b | Technology of one’s own | Tecnología propia | Technologie locale | تكنولوجيا محلية
9.c | The internet for all | Internet para todos | Internet pour tous | الإنترنت للجميع
10 | Less inequality | Reducción de las desigualdades | Moins d’inégalités | الحد من عدم المساواة
10.1 | Income of the poorest | Ingresos de los más pobres | Revenus des plus pauvres | دخل الأفقر
10.2 | Inclusion of all | Inclusión de todas las personas | Inclusion de tous | إدماج الجميع
10.3 | Equal chances, no unjust laws | Igualdad de oportunidades ante la ley | Égalité des chances et des lois | تكافؤ الفرص وعدالة القوانين
10.4 | Taxes and wages for equality | Impuestos y salarios para la igualdad | Impôts et salaires pour l’égalité | ضرائب وأجور للمساواة
10.5 | Rules for finance | Reglas para las finanzas | Règles pour la finance | قواعد للمال
10.6 | A voice for poorer countries | Voz de los países pobres | La voix des pays pauvres | صوت البلدان الفقيرة
10.7 | Safe and orderly migration | Migración segura y ordenada | Migration sûre et ordonnée | هجرة آمنة ومنظمة
10.a | Trade terms for the poorest | Trato comercial especial | Traitement commercial spécial | معاملة تجارية تفضيلية
10.b | Aid where it is needed | Ayuda donde hace falta | L’aide là où il le faut | المعونة حيث تلزم
10.c | Cheap transfers home | Remesas baratas | Envois d’argent moins chers | تحويلات زهيدة الكلفة
11 | Cities and communities | Ciudades y comunidades | Villes et communautés | المدن والمجتمعات
11.1 | Housing for all | Vivienda para todos | Logement pour tous | السكن للجميع
11.2 | Public transport | Transporte público | Transports publics | النقل العام
11.3 | Planning with residents | Planificación con los habitantes | Planifier avec les habitants | التخطيط مع السكان
11.4 | Heritage | Patrimonio | Patrimoine | التراث
11.5 | Fewer victims of disasters | Menos víctimas de desastres | Moins de victimes de catastrophes | ضحايا أقل للكوارث
11.6 | Air and waste in cities | Aire y residuos urbanos | Air et déchets urbains | هواء المدن ونفاياتها
11.7 | Public space for all | Espacio público para todos | Espaces publics pour tous | الفضاء العام للجميع
11.a | Town and country | Campo y ciudad | Villes et campagnes | الريف والحضر
11.b | Plans for disasters | Planes ante desastres | Plans face aux catastrophes | خطط الكوارث
11.c | Building with local means | Construir con medios locales | Bâtir avec les moyens locaux | البناء بمواد محلية
12 | Consumption and production | Consumo y producción | Consommation et production | الاستهلاك والإنتاج
12.1 | Programmes for it | Programas para ello | Programmes en ce sens | برامج لذلك
12.2 | Natural resources | Recursos naturales | Ressources naturelles | الموارد الطبيعية
12.3 | Less food wasted | Menos desperdicio de comida | Moins de gaspillage alimentaire | هدر أقل للغذاء
12.4 | Chemicals and waste | Químicos y desechos | Produits chimiques et déchets | المواد الكيميائية والنفايات
12.5 | Less waste | Menos residuos | Moins de déchets | نفايات أقل
12.6 | Companies that report | Empresas que informan | Entreprises qui rendent compte | شركات تقدم تقاريرها
12.7 | Public buying | Compras públicas | Achats publics | المشتريات العامة
12.8 | Knowing how to live sustainably | Información para vivir de modo sostenible | Savoir vivre durablement | الوعي بالعيش المستدام
12.a | Science for it | Ciencia para ello | La science pour cela | العلم لذلك
12.b | Measuring tourism | Medir el turismo | Mesurer le tourisme | قياس السياحة
12.c | Fuel subsidies | Subsidios a los combustibles | Subventions aux combustibles | إعانات الوقود
13 | Climate | Clima | Climat | المناخ
13.1 | Ready for climate disasters | Preparados ante el clima | Prêts face au climat | الاستعداد لكوارث المناخ
13.2 | Climate in every policy | El clima en cada política | Le climat dans chaque politique | المناخ في كل سياسة
13.3 | Knowledge about climate | Conocimiento del clima | Connaissance du climat | المعرفة بالمناخ
13.a | Climate finance | Financiación climática | Financement climatique | تمويل المناخ
13.b | Planning in poorer countries | Planes en países pobres | Plans des pays pauvres | تخطيط البلدان الفقيرة
14 | Oceans | Océanos | Océans | المحيطات
14.1 | Less pollution of the sea | Menos contaminación marina | Moins de pollution marine | تلوث بحري أقل
14.2 | Coasts protected | Costas protegidas | Côtes protégées | حماية السواحل
14.3 | Acid seas | Acidificación del mar | Acidification des mers | تحمض البحار
14.4 | No overfishing | Sin sobrepesca | Pas de surpêche | لا صيد جائرًا
14.5 | Protected areas at sea | Áreas marinas protegidas | Aires marines protégées | مناطق بحرية محمية
14.6 | Fishing subsidies | Subsidios a la pesca | Subventions à la pêche | إعانات الصيد
14.7 | Island economies | Economías insulares | Économies insulaires | اقتصادات الجزر
14.a | Marine science | Ciencia marina | Sciences de la mer | علوم البحار
14.b | Small fishers | Pesca artesanal | Petits pêcheurs | صغار الصيادين
14.c | Law of the sea | Derecho del mar | Droit de la mer | قانون البحار
15 | Life on land | Vida en la tierra | Vie terrestre | الحياة على الأرض
15.1 | Ecosystems kept | Ecosistemas conservados | Écosystèmes préservés | صون النظم البيئية
15.2 | Forests | Bosques | Forêts | الغابات
15.3 | Land and deserts | Suelos y desertificación | Sols et désertification | الأراضي والتصحر
15.4 | Mountains | Montañas | Montagnes | الجبال
15.5 | Species saved | Especies protegidas | Espèces sauvées | إنقاذ الأنواع
15.6 | Sharing genetic wealth | Reparto de recursos genéticos | Partage des ressources génétiques | تقاسم الموارد الجينية
15.7 | No poaching | Sin caza furtiva | Pas de braconnage | لا صيد محظورًا
15.8 | Invading species | Especies invasoras | Espèces envahissantes | الأنواع الغازية
15.9 | Nature in planning | La naturaleza en los planes | La nature dans les plans | الطبيعة في التخطيط
15.a | Money for nature | Fondos para la naturaleza | Fonds pour la nature | تمويل الطبيعة
15.b | Money for forests | Fondos para los bosques | Fonds pour les forêts | تمويل الغابات
15.c | Fight against poachers | Lucha contra el furtivismo | Lutte contre le braconnage | مكافحة الصيد المحظور
16 | Peace and justice | Paz y justicia | Paix et justice | السلام والعدل
16.1 | Less violence | Menos violencia | Moins de violence | عنف أقل
16.2 | No abuse or torture of children | Ni abuso ni tortura de la niñez | Ni abus ni torture d’enfants | لا إساءة للأطفال ولا تعذيب
16.3 | Rule of law, justice for all | Estado de derecho y justicia | État de droit et justice pour tous | سيادة القانون والعدالة للجميع
16.4 | Illicit money and arms | Dinero y armas ilícitos | Argent et armes illicites | المال والسلاح غير المشروعين
16.5 | No corruption | Sin corrupción | Pas de corruption | لا فساد
16.6 | Institutions that answer | Instituciones que rinden cuentas | Institutions responsables | مؤسسات خاضعة للمساءلة
16.7 | Decisions that include | Decisiones participativas | Décisions participatives | قرارات تشاركية
16.8 | A say in world bodies | Voz en los organismos mundiales | Voix dans les instances mondiales | صوت في الهيئات العالمية
16.9 | Legal identity | Identidad jurídica | Identité juridique | الهوية القانونية
16.10 | Information and basic freedoms | Información y libertades fundamentales | Information et libertés fondamentales | المعلومات والحريات الأساسية
16.a | Institutions against violence | Instituciones contra la violencia | Institutions contre la violence | مؤسسات ضد العنف
16.b | Laws that do not discriminate | Leyes que no discriminan | Lois qui ne discriminent pas | قوانين بلا تمييز
17 | Partnerships | Alianzas | Partenariats | الشراكات
17.1 | Taxes at home | Recaudación nacional | Recettes nationales | الإيرادات المحلية
17.2 | Promised aid | Ayuda prometida | Aide promise | المعونة الموعودة
17.3 | Other sources of money | Otras fuentes de recursos | Autres ressources | موارد مالية أخرى
17.4 | Debt | Deuda | Dette | الديون
17.5 | Investment in the poorest | Inversión en los más pobres | Investir chez les plus pauvres | الاستثمار في الأفقر
17.6 | Science together | Cooperación científica | Coopération scientifique | التعاون العلمي
17.7 | Clean technology shared | Tecnología limpia compartida | Technologies propres partagées | تقاسم التكنولوجيا النظيفة
17.8 | Use of technology | Uso de la tecnología | Usage des technologies | استخدام التكنولوجيا
17.9 | Capacity | Capacidades | Capacités | القدرات
17.10 | Trade rules | Reglas del comercio | Règles du commerce | قواعد التجارة
17.11 | Exports of poorer countries | Exportaciones de países pobres | Exportations des pays pauvres | صادرات البلدان الفقيرة
17.12 | Open markets | Mercados abiertos | Marchés ouverts | أسواق مفتوحة
17.13 | A stable world economy | Economía mundial estable | Économie mondiale stable | اقتصاد عالمي مستقر
17.14 | Policies that fit together | Coherencia de políticas | Politiques cohérentes | اتساق السياسات
17.15 | Respect for own policies | Respeto a las políticas propias | Respect des choix nationaux | احترام السياسات الوطنية
17.16 | A worldwide partnership | Alianza mundial | Partenariat mondial | شراكة عالمية
17.17 | Partners in society | Alianzas con la sociedad civil | Partenariats avec la société | شراكات مع المجتمع
17.18 | Better data | Mejores datos | De meilleures données | بيانات أفضل
17.19 | Measures of progress | Medir el progreso | Mesurer les progrès | قياس التقدم
`;
